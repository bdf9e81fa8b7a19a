"""Types that a skops file may hold besides those that skops itself trusts. In: a type's name. Out: whether it may.

An object is made without calling its class, with the attributes that the file gives it: that is safe for a type which
does nothing by itself, and for a function which only computes. What reads files, imports, compiles or evaluates text is
not here (joblib's memory; the distributions of scipy.stats, which `exec` a template when they are restored), nor is
what takes a function from the file that is not itself here. Types that hold raw indices are checked after loading, see
`mlplat.models.skops_checks`.

The names are those of scikit-learn 1.3 to 1.9, of numpy 1 and 2 and of scipy 1; one that a version does not have cannot
be made by it.
"""

from __future__ import annotations

SKLEARN = {
    "sklearn._loss._loss": """
        CyAbsoluteError CyExponentialLoss CyHalfBinomialLoss CyHalfGammaLoss CyHalfMultinomialLoss CyHalfPoissonLoss
        CyHalfSquaredError CyHalfTweedieLoss CyHalfTweedieLossIdentity CyHuberLoss CyPinballLoss
        """,
    "sklearn._loss.link": "BaseLink HalfLogitLink IdentityLink Interval LogLink LogitLink MultinomialLogit",
    "sklearn._loss.loss": """
        AbsoluteError ArrayAPILossMixin BaseLoss ExponentialLoss HalfBinomialLoss HalfBinomialLossArrayAPI
        HalfGammaLoss HalfMultinomialLoss HalfMultinomialLossArrayAPI HalfPoissonLoss HalfPoissonLossArrayAPI
        HalfSquaredError HalfTweedieLoss HalfTweedieLossIdentity HuberLoss PinballLoss
        """,
    "sklearn.calibration": "_CalibratedClassifier _SigmoidCalibration _TemperatureScaling",
    "sklearn.cluster._bisect_k_means": "_BisectingTree",
    "sklearn.cluster._k_means_lloyd": "lloyd_iter_chunked_dense",
    "sklearn.cluster._kmeans": "_kmeans_single_elkan _kmeans_single_lloyd",
    "sklearn.compose._column_transformer": "_RemainderColsList make_column_selector",
    "sklearn.decomposition._fastica": "_cube _exp _logcosh",
    "sklearn.ensemble._gb_losses": """
        BinomialDeviance ClassificationLossFunction ExponentialLoss HuberLossFunction LeastAbsoluteError
        LeastSquaresError LossFunction MultinomialDeviance QuantileLossFunction RegressionLossFunction
        """,
    "sklearn.ensemble._hist_gradient_boosting.binning": "_BinMapper",
    "sklearn.ensemble._hist_gradient_boosting.predictor": "TreePredictor",
    "sklearn.feature_selection._mutual_info": "mutual_info_classif mutual_info_regression",
    "sklearn.feature_selection._univariate_selection": "chi2 f_classif f_oneway f_regression r_regression",
    "sklearn.gaussian_process._gpc": "_BinaryGaussianProcessClassifierLaplace",
    "sklearn.gaussian_process.kernels": """
        CompoundKernel ConstantKernel DotProduct ExpSineSquared Exponentiation GenericKernelMixin Hyperparameter
        Kernel KernelOperator Matern NormalizedKernelMixin PairwiseKernel Product RBF RationalQuadratic
        StationaryKernelMixin Sum WhiteKernel
        """,
    "sklearn.impute._iterative": "_ImputerTriplet",
    "sklearn.linear_model._glm._newton_solver": "NewtonCholeskySolver NewtonSolver",
    "sklearn.linear_model._sgd_fast": """
        Classification EpsilonInsensitive Hinge Huber Log LossFunction ModifiedHuber Regression
        SquaredEpsilonInsensitive SquaredHinge SquaredLoss
        """,
    "sklearn.metrics._classification": """
        accuracy_score balanced_accuracy_score brier_score_loss class_likelihood_ratios classification_report
        cohen_kappa_score confusion_matrix d2_brier_score d2_log_loss_score f1_score fbeta_score hamming_loss
        hinge_loss jaccard_score log_loss matthews_corrcoef multilabel_confusion_matrix
        precision_recall_fscore_support precision_score recall_score zero_one_loss
        """,
    "sklearn.metrics._dist_metrics": """
        BrayCurtisDistance32 BrayCurtisDistance64 CanberraDistance32 CanberraDistance64 ChebyshevDistance32
        ChebyshevDistance64 DiceDistance32 DiceDistance64 DistanceMetric DistanceMetric32 DistanceMetric64
        EuclideanDistance32 EuclideanDistance64 HammingDistance32 HammingDistance64 HaversineDistance32
        HaversineDistance64 JaccardDistance32 JaccardDistance64 KulsinskiDistance32 KulsinskiDistance64
        MahalanobisDistance32 MahalanobisDistance64 ManhattanDistance32 ManhattanDistance64 MatchingDistance32
        MatchingDistance64 MinkowskiDistance32 MinkowskiDistance64 RogersTanimotoDistance32 RogersTanimotoDistance64
        RussellRaoDistance32 RussellRaoDistance64 SEuclideanDistance32 SEuclideanDistance64 SokalMichenerDistance32
        SokalMichenerDistance64 SokalSneathDistance32 SokalSneathDistance64
        """,
    "sklearn.metrics._ranking": """
        auc average_precision_score confusion_matrix_at_thresholds coverage_error dcg_score det_curve
        label_ranking_average_precision_score label_ranking_loss metric_at_thresholds ndcg_score
        precision_recall_curve roc_auc_score roc_curve top_k_accuracy_score
        """,
    "sklearn.metrics._regression": """
        d2_absolute_error_score d2_pinball_score d2_tweedie_score explained_variance_score max_error
        mean_absolute_error mean_absolute_percentage_error mean_gamma_deviance mean_pinball_loss
        mean_poisson_deviance mean_squared_error mean_squared_log_error mean_tweedie_deviance median_absolute_error
        r2_score root_mean_squared_error root_mean_squared_log_error
        """,
    "sklearn.metrics._scorer": """
        _BaseScorer _CurveScorer _MultimetricScorer _PassthroughScorer _PredictScorer _ProbaScorer _Scorer
        _ThresholdScorer
        """,
    "sklearn.metrics.cluster._bicluster": "consensus_score",
    "sklearn.metrics.cluster._supervised": """
        adjusted_mutual_info_score adjusted_rand_score completeness_score fowlkes_mallows_score
        homogeneity_completeness_v_measure homogeneity_score mutual_info_score normalized_mutual_info_score
        pair_confusion_matrix rand_score v_measure_score
        """,
    "sklearn.metrics.cluster._unsupervised": """
        calinski_harabasz_score davies_bouldin_score silhouette_samples silhouette_score
        """,
    "sklearn.metrics.pairwise": """
        _euclidean_distances additive_chi2_kernel chi2_kernel cosine_distances euclidean_distances
        haversine_distances laplacian_kernel linear_kernel manhattan_distances nan_euclidean_distances
        paired_cosine_distances paired_distances paired_euclidean_distances paired_manhattan_distances
        pairwise_distances pairwise_distances_argmin pairwise_distances_argmin_min pairwise_distances_chunked
        pairwise_kernels polynomial_kernel rbf_kernel sigmoid_kernel
        """,
    "sklearn.model_selection._classification_threshold": "_CurveScorer",
    "sklearn.model_selection._split": """
        BaseCrossValidator BaseShuffleSplit GroupKFold GroupShuffleSplit GroupsConsumerMixin KFold LeaveOneGroupOut
        LeaveOneOut LeavePGroupsOut LeavePOut PredefinedSplit RepeatedKFold RepeatedStratifiedKFold ShuffleSplit
        StratifiedGroupKFold StratifiedKFold StratifiedShuffleSplit TimeSeriesSplit _BaseKFold _CVIterableWrapper
        _RepeatedSplits _UnsupportedGroupCVMixin
        """,
    "sklearn.multiclass": "_ConstantPredictor",
    "sklearn.neighbors._ball_tree": "BallTree BallTree32 BallTree64",
    "sklearn.neighbors._kd_tree": "KDTree KDTree32 KDTree64",
    "sklearn.neural_network._stochastic_optimizers": "AdamOptimizer BaseOptimizer SGDOptimizer",
    "sklearn.preprocessing._function_transformer": "_identity",
    "sklearn.tree._tree": "Tree",
    "sklearn.utils._bunch": "Bunch",
    "sklearn.utils._metadata_requests": """
        MetadataRequest MetadataRouter MethodMapping MethodMetadataRequest MethodPair RequestMethod
        RouterMappingPair _MetadataRequester _RoutingNotSupportedMixin
        """,
}
"""Of each module, its types and functions."""

OTHERS = {
    "catboost.core": "CatBoost CatBoostClassifier CatBoostRanker CatBoostRegressor",
    "collections": "OrderedDict",
    "lightgbm.basic": "Booster",
    "lightgbm.sklearn": "LGBMClassifier LGBMRanker LGBMRegressor",
    "numpy": "dtype mean median min max amin amax sum std var average nanmean nanmedian nanmin nanmax",
    "numpy.random.mtrand": "RandomState",
    "scipy._lib.array_api_compat.numpy._aliases": "asarray",
    "scipy.interpolate._bsplines": "BSpline",
    "scipy.sparse._bsr": "bsr_array bsr_matrix",
    "scipy.sparse._coo": "coo_array coo_matrix",
    "scipy.sparse._csc": "csc_array csc_matrix",
    "scipy.sparse._csr": "csr_array csr_matrix",
    "scipy.sparse._dia": "dia_array dia_matrix",
    "xgboost.core": "Booster",
    "xgboost.sklearn": "XGBClassifier XGBRFClassifier XGBRFRegressor XGBRanker XGBRegressor",
}
"""Likewise. The trees of boosters are text or bytes within the file, which their own parsers read."""

ALLOWED = frozenset(
    f"{module}.{name}" for table in (SKLEARN, OTHERS) for module, names in table.items() for name in names.split()
)


def allowed(name: str) -> bool:
    """Tell whether a type, by its full name, may be made from a file."""
    return name in ALLOWED

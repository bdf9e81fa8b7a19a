"""Write mlplat_cli/environments/conda_names.json. In: the wheel of PyPI's `conda-pypi`. Out: the table, as JSON.

    pip download --no-deps conda-pypi
    python -m tests.environments.update_conda_names conda_pypi-*.whl

Of the wheel's mapping only names are kept that differ by more than case and - _ . from PyPI's; an absent name is the
same on both sides. What the mapping lacks or has wrong is listed by hand below.
"""

import json
import re
import sys
import zipfile
from pathlib import Path

TABLE = Path(__file__).parents[2] / "mlplat_cli" / "environments" / "conda_names.json"
MAPPING = "conda_pypi/grayskull_pypi_mapping.json"

BY_HAND = {
    "dask-core": "dask",
    "faiss": "faiss-cpu",
    "keras-base": "keras",
    "keras-gpu": "keras",
    "matplotlib-base": "matplotlib",
    "numpy-base": "numpy",
    "opencv": "opencv-python",
    "psycopg2": "psycopg2",
    "py-opencv": "opencv-python",
    "py-xgboost": "xgboost",
    "py-xgboost-cpu": "xgboost",
    "py-xgboost-gpu": "xgboost",
    "pyqt": "pyqt5",
    "pytables": "tables",
    "python-kaleido": "kaleido",
    "pytorch": "torch",
    "pytorch-cpu": "torch",
    "pytorch-gpu": "torch",
    "ray-core": "ray",
    "ray-default": "ray[default]",
    "ray-serve": "ray[serve]",
    "ray-tune": "ray[tune]",
    "tensorflow-base": "tensorflow",
    "tensorflow-cpu": "tensorflow",
    "tensorflow-eigen": "tensorflow",
    "tensorflow-gpu": "tensorflow",
    "tensorflow-mkl": "tensorflow",
}

# Libraries and switches that a wheel brings itself; `conda env export` lists them by the dozen.
DROPPED = [
    "blas", "blosc", "brotli", "brotli-bin", "bzip2", "c-ares", "ca-certificates", "cairo", "cpuonly", "cuda",
    "cuda-cudart", "cuda-cupti", "cuda-libraries", "cuda-nvrtc", "cuda-nvtx", "cuda-runtime", "cuda-version",
    "cudatoolkit", "cudnn", "cyrus-sasl", "dbus", "expat", "fontconfig", "freetype", "fribidi", "gettext",
    "giflib", "glib", "gmp", "gnutls", "gst-plugins-base", "gstreamer", "harfbuzz", "hdf5", "icu",
    "intel-openmp", "jpeg", "keyutils", "krb5", "lame", "lcms2", "ld_impl_linux-64", "ld_impl_osx-64",
    "ld_impl_osx-arm64", "lerc", "libffi", "llvm-openmp", "lz4-c", "mkl", "mkl-include", "mkl-service",
    "mkl_fft", "mkl_random", "mpc", "mpfr", "mpi", "mysql-common", "mysql-libs", "nccl", "ncurses", "nettle",
    "nomkl", "nspr", "nss", "openblas", "openh264", "openjpeg", "openssl", "pcre", "pcre2", "pixman",
    "pthread-stubs", "python_abi", "pytorch-cuda", "pytorch-mutex", "qt", "qt-main", "readline", "snappy",
    "sqlite", "sqlite3", "tbb", "tk", "torchtriton", "ucrt", "vc", "vc14_runtime", "vs2015_runtime",
    "xorg-libxau", "xorg-libxdmcp", "xz", "yaml", "zlib", "zlib-ng", "zstd",
]  # fmt: skip

CONDA_ONLY = {
    "anaconda": "it is conda's own collection of packages",
    "c-compiler": "it is a compiler",
    "compilers": "they are compilers",
    "conda": "PyPI's conda cannot be used",
    "cxx-compiler": "it is a compiler",
    "ffmpeg": "it is a program, not a Python package",
    "fortran-compiler": "it is a compiler",
    "gcc": "it is a compiler",
    "gcc_linux-64": "it is a compiler",
    "git": "it is a program, not a Python package",
    "git-lfs": "it is a program, not a Python package",
    "graphviz": "it is the C program; PyPI's graphviz is only the binding to it (conda: python-graphviz)",
    "gxx": "it is a compiler",
    "gxx_linux-64": "it is a compiler",
    "imagemagick": "it is a program, not a Python package",
    "julia": "it is the Julia language",
    "make": "it is a program, not a Python package",
    "mamba": "it is conda's installer",
    "maven": "it is a Java program",
    "mpich": "it is a program, not a Python package",
    "nodejs": "it is the Node.js runtime",
    "openjdk": "it is the Java runtime",
    "openmpi": "it is a program, not a Python package",
    "pandoc": "it is a program, not a Python package",
    "perl": "it is the Perl language",
    "r": "it is the R language",
    "r-base": "it is the R language",
    "rust": "it is the Rust compiler",
    "tesseract": "it is a program, not a Python package",
}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def table(wheel):
    with zipfile.ZipFile(wheel) as archive:
        rows = json.loads(archive.read(MAPPING)).values()
    names = {
        normal(row["conda_name"]): row["pypi_name"]
        for row in rows
        if normal(row["conda_name"]) != normal(row["pypi_name"])
        and not re.fullmatch(r"[0-9a-f]{50,}", row["pypi_name"])
    }
    for row in rows:  # a package with several names, one of which is the same on both sides
        if normal(row["conda_name"]) == normal(row["pypi_name"]):
            names.pop(normal(row["conda_name"]), None)
    names.update((normal(conda), pypi) for conda, pypi in BY_HAND.items())
    python_libraries = {normal(row["conda_name"]) for row in rows if row["conda_name"].startswith("lib")}
    return {
        "source": "conda_pypi/grayskull_pypi_mapping.json of PyPI's conda-pypi (MIT), and names by hand",
        "version": Path(wheel).name.split("-")[1],
        "names": dict(sorted(names.items())),
        "python_libraries": sorted(python_libraries - names.keys()),
        "dropped": sorted({normal(name) for name in DROPPED}),
        "conda_only": dict(sorted(CONDA_ONLY.items())),
    }


if __name__ == "__main__":
    TABLE.write_text(json.dumps(table(sys.argv[1]), indent=1) + "\n", encoding="utf-8")

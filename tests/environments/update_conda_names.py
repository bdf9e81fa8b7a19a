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
    "brotli-python": "brotli",
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
    "uvicorn-standard": "uvicorn[standard]",
}

# Libraries, switches and conda's own tools that a wheel brings itself or does not need; `conda env export` lists them
# by the dozen. Some names mean another package on PyPI (attr, boost, mysql, xxhash), and tzdata has other versions.
DROPPED = [
    "abseil-cpp", "alsa-lib", "anaconda-client", "anaconda-navigator", "arrow-cpp", "attr", "backports", "binutils",
    "blas", "blosc", "boost", "boost-cpp", "brotli", "brotli-bin", "bzip2", "c-ares", "ca-certificates", "cairo",
    "clyent", "conda", "conda-build", "conda-content-trust", "conda-env", "conda-libmamba-solver", "conda-pack",
    "conda-package-handling", "conda-package-streaming", "conda-repo-cli", "conda-token", "conda-verify",
    "console_shortcut", "cpuonly", "cpython", "cuda", "cudatoolkit", "cudnn", "cyrus-sasl", "dataclasses", "dbus",
    "double-conversion", "expat", "flatbuffers", "fmt", "fontconfig", "freetype", "fribidi", "gdbm", "gdk-pixbuf",
    "geos", "gettext", "gflags", "giflib", "glib", "glib-tools", "glog", "gmp", "gnutls", "gperftools", "graphite2",
    "grpc-cpp", "gst-plugins-base", "gstreamer", "gtk2", "gtk3", "harfbuzz", "hdf5", "icu", "intel-openmp", "jasper",
    "jpeg", "jxrlib", "keyutils", "krb5", "lame", "lcms2", "ld_impl_linux-64", "ld_impl_osx-64", "ld_impl_osx-arm64",
    "lerc", "leveldb", "libffi", "llvm-openmp", "lz4-c", "mamba", "menuinst", "mkl", "mkl-include", "mkl-service",
    "mkl_fft", "mkl_random", "mlflow-ui", "mlflow-ui-dbg", "mpc", "mpfr", "mpi", "msys2-conda-epoch", "mysql",
    "mysql-common", "mysql-libs", "navigator-updater", "nb_conda", "nb_conda_kernels", "nccl", "ncurses", "nettle",
    "nlohmann_json", "nomkl", "nspr", "nss", "openblas", "openh264", "openjpeg", "openssl", "orc", "pango",
    "parquet-cpp", "pcre", "pcre2", "pixman", "portaudio", "proj", "pthread-stubs", "pybind11-abi", "python_abi",
    "pytorch-cuda", "pytorch-mutex", "qt", "qt-main", "qt-webengine", "qt6-main", "re2", "readline", "rhash", "s2n",
    "snappy", "sqlite", "sqlite3", "svt-av1", "tbb", "thrift-cpp", "tk", "torchtriton", "tzdata", "ucrt", "unixodbc",
    "utf8proc", "vc", "vc14_runtime", "vs2015_runtime", "winpty", "x264", "x265", "xxhash", "xz", "yaml", "yaml-cpp",
    "zeromq", "zlib", "zlib-ng", "zstd",
]  # fmt: skip

# Families of such libraries.
DROPPED_PREFIXES = [
    "aws-c-", "aws-checksums", "aws-crt-cpp", "aws-sdk-cpp", "binutils_impl_", "binutils_linux-", "cuda-", "font-ttf-",
    "fonts-conda-", "gcc_impl_", "gxx_impl_", "kernel-headers_", "m2-", "m2w64-", "sysroot_", "xcb-util", "xorg-",
]  # fmt: skip

CONDA_ONLY = {
    "anaconda": "it is conda's own collection of packages",
    "c-compiler": "it is a compiler",
    "compilers": "they are compilers",
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


# What of CONDA_ONLY a machine may have already: the program by which it is known.
PROGRAMS = {
    "c-compiler": "cc", "compilers": "c++", "cxx-compiler": "c++", "ffmpeg": "ffmpeg", "fortran-compiler": "gfortran",
    "gcc": "gcc", "gcc_linux-64": "gcc", "git": "git", "git-lfs": "git-lfs", "graphviz": "dot", "gxx": "g++",
    "gxx_linux-64": "g++", "imagemagick": "convert", "julia": "julia", "make": "make", "maven": "mvn",
    "mpich": "mpirun", "nodejs": "node", "openjdk": "java", "openmpi": "mpirun", "pandoc": "pandoc", "perl": "perl",
    "r": "Rscript", "r-base": "Rscript", "rust": "rustc", "tesseract": "tesseract",
}  # fmt: skip


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
        "dropped_prefixes": sorted(re.sub(r"[-_.]+", "-", prefix) for prefix in DROPPED_PREFIXES),
        "conda_only": {normal(name): reason for name, reason in sorted(CONDA_ONLY.items())},
        "programs": {normal(name): program for name, program in sorted(PROGRAMS.items())},
    }


if __name__ == "__main__":
    TABLE.write_text(json.dumps(table(sys.argv[1]), indent=1) + "\n", encoding="utf-8")

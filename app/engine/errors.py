"""Everything that can go wrong, as one tree. Each message is one sentence for people that says what to do.

FacetError                    exit status
+-- UsageError                2  what was asked makes no sense
|   +-- FilterError           2  a --where expression that cannot be understood
+-- LibraryError              3  the library cannot be opened or written
|   +-- LibraryBusy           3  another process has it open for writing
|   +-- LibraryTooNew         3  written by a newer Facet
|   +-- LibraryDamaged        3  a store cannot be read
|   +-- DiskFull              3  no space left where the library is
+-- InputError                4  an input file is missing or unreadable
|   +-- UnreadableImage       4  not a picture, or one that no reader opens
|   +-- NoTrash               4  the system has no trash for the drive of a file
+-- NotReadYet                4  a photo that a facet has not read yet, on a drive that is away
+-- ModelMissing              5  weights that are needed are not there
+-- FacetNotBuilt             2  a facet that this version does not have
+-- Cancelled                 130
"""

from __future__ import annotations


class FacetError(Exception):
    """The root: `code` is a stable word for programs, `exit_status` what the command line returns."""

    code = "error"
    exit_status = 1


class UsageError(FacetError):
    """What was asked makes no sense."""

    code = "usage"
    exit_status = 2


class FilterError(UsageError):
    """A filter expression that cannot be understood."""

    code = "filter"


class FacetNotBuilt(UsageError):
    """A facet that this version does not have."""

    code = "not-built"


class LibraryError(FacetError):
    """The library cannot be opened or written."""

    code = "library"
    exit_status = 3


class LibraryBusy(LibraryError):
    """Another process has the library open for writing."""

    code = "library-busy"


class LibraryTooNew(LibraryError):
    """The library was written by a newer Facet."""

    code = "library-too-new"


class LibraryDamaged(LibraryError):
    """A store of the library cannot be read."""

    code = "library-damaged"


class DiskFull(LibraryError):
    """No space is left where the library is."""

    code = "disk-full"


class InputError(FacetError):
    """An input file is missing or unreadable."""

    code = "input"
    exit_status = 4


class UnreadableImage(InputError):
    """A file that is not a picture, or one that no reader opens."""

    code = "unreadable"


class NoTrash(InputError):
    """The system has no trash for the drive of a file, or refuses to use it; the file is where it was."""

    code = "no-trash"


class NotReadYet(FacetError):
    """A photo that a facet has not read yet, and whose file cannot be read now."""

    code = "not-read"
    exit_status = 4


class ModelMissing(FacetError):
    """Weights that are needed are not there."""

    code = "model-missing"
    exit_status = 5


STOPPED = "stopped; what was done is kept, start again to go on"
"""What is said of reading that was cancelled."""


class Cancelled(FacetError):
    """The user stopped it."""

    code = "cancelled"
    exit_status = 130

"""Why the disk refused, in French: the system says it in English."""

import errno

from models.vocabulary import N_

REASONS = {
    errno.ENOENT: N_("ce fichier ou ce dossier n’existe pas"),
    errno.EACCES: N_("Vigie n’en a pas le droit"),
    errno.EPERM: N_("Vigie n’en a pas le droit"),
    errno.EEXIST: N_("ce fichier existe déjà"),
    errno.EISDIR: N_("c’est un dossier, un fichier est attendu"),
    errno.ENOTDIR: N_("c’est un fichier, un dossier est attendu"),
    errno.ENOSPC: N_("il n’y a plus de place sur le disque"),
    errno.EDQUOT: N_("la place accordée sur le disque est épuisée"),
    errno.EFBIG: N_("le fichier serait trop grand pour ce disque"),
    errno.EROFS: N_("ce disque est en lecture seule"),
    errno.EIO: N_("le disque est en panne"),
    errno.ENAMETOOLONG: N_("le nom est trop long"),
}


def reason(fault: OSError) -> str:
    """Why, and where, as the end of a sentence without its point."""
    why = REASONS.get(fault.errno or 0) or fault.strerror or str(fault)
    return f"{why} ({fault.filename})" if fault.filename else why

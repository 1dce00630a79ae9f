namespace Ordo.Sync.Errors;

/// <summary>What went wrong, for programs. Numbers are stable and travel on the wire.</summary>
public enum SyncErrorCode
{
    /// <summary>Something unforeseen: a bug, here or at the peer.</summary>
    Internal = 1,

    /// <summary>The store's files are damaged.</summary>
    StoreCorrupt = 100,

    /// <summary>The store was written by a newer version of the library.</summary>
    StoreTooNew = 101,

    /// <summary>Another process has the store open for writing.</summary>
    StoreLocked = 102,

    /// <summary>The disk is full.</summary>
    StoreFull = 103,

    /// <summary>The store cannot be read or written: permissions, a read-only file, an input/output error.</summary>
    StoreUnavailable = 104,

    /// <summary>
    /// The store cannot answer at the moment: its server is away or starting, or another writer was in the way. Nothing of the
    /// transaction stands, as far as anybody can tell; the same may succeed later.
    /// </summary>
    StoreBusy = 105,

    /// <summary>Bytes from a peer or a file do not follow the protocol.</summary>
    Malformed = 200,

    /// <summary>A message, page or payload exceeds a limit.</summary>
    TooLarge = 201,

    /// <summary>The peers share no version of the protocol.</summary>
    ProtocolVersion = 202,

    /// <summary>The claim of a page does not follow from what the receiver knows: send from what it knows.</summary>
    BaseMissing = 203,

    /// <summary>The sender has missed deletes that the receiver has already collected: pull first.</summary>
    SenderBehind = 204,

    /// <summary>A transfer in pages cannot go on and begins anew.</summary>
    TransferVoid = 205,

    /// <summary>A collection is declared with another strategy than the peer knows.</summary>
    StrategyMismatch = 206,

    /// <summary>Equal knowledge, different digests: a cloned device, bit rot or a bug.</summary>
    DigestMismatch = 207,

    /// <summary>A clock is too far ahead of the hub's.</summary>
    ClockSkew = 208,

    /// <summary>The replica id is not, or no longer, that of this device.</summary>
    IdentityRefused = 209,

    /// <summary>A write would change or remove an entry of the audit history.</summary>
    HistoryImmutable = 210,

    /// <summary>A record breaks the hub's own rules; the reason says which.</summary>
    RecordRefused = 211,

    /// <summary>
    /// The sides are in different generations of the scope, and cannot come together here: the peer was put back to before its scope
    /// was compacted, or a bundle is of another generation.
    /// </summary>
    GenerationMismatch = 212,

    /// <summary>A blob, or a chunk of one, is not held here, or not attached in the scope.</summary>
    BlobMissing = 220,

    /// <summary>The content of a blob or chunk is not what its hash says.</summary>
    BlobDamaged = 221,

    /// <summary>A quota of bytes or of blobs is used up.</summary>
    QuotaExceeded = 222,

    /// <summary>The peer cannot be reached.</summary>
    Unreachable = 300,

    /// <summary>The peer did not answer in time.</summary>
    Timeout = 301,

    /// <summary>The peer wants (other) credentials.</summary>
    Unauthorized = 302,

    /// <summary>The principal may not do this in the scope.</summary>
    Forbidden = 303,

    /// <summary>There is no hub at the address, or no such endpoint.</summary>
    NotFound = 304,

    /// <summary>The peer asks to slow down.</summary>
    Throttled = 305,

    /// <summary>The peer failed.</summary>
    PeerFailed = 306,

    /// <summary>The principal has no right in the scope, or no longer: a device removes it.</summary>
    ScopeRevoked = 307,

    /// <summary>There are writes that the hub does not have yet.</summary>
    Unsynced = 308,

    /// <summary>An extension refused the sync.</summary>
    Vetoed = 400,
}

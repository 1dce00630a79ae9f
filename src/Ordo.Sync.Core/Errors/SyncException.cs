namespace Ordo.Sync.Errors;

/// <summary>
/// A failure of storage, protocol or transport. Misuse of the API throws the CLR's own exceptions instead, and what is to be
/// expected of a sync (offline, conflict, rejected) is a result, not an exception.
/// </summary>
public sealed class SyncException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="code">What went wrong.</param>
    /// <param name="message">What happened and where.</param>
    /// <param name="hint">What to do about it.</param>
    /// <param name="innerException">The cause.</param>
    public SyncException(SyncErrorCode code, string message, string? hint = null, Exception? innerException = null)
        : base(hint is null ? message : $"{message} {hint}", innerException)
    {
        Code = code;
        Hint = hint;
    }

    /// <summary>What went wrong.</summary>
    public SyncErrorCode Code { get; }

    /// <summary>What to do about it; <see langword="null"/> where the message says all.</summary>
    public string? Hint { get; }

    /// <summary>How long the peer asks to wait before the next try; <see langword="null"/> where it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Whether what failed is there to be read all the same, and only its way to the disk failed: a power cut may undo it, nothing
    /// else will. Do not take it for lost, and do not rely on it; written again it is a second version. <see langword="false"/> by
    /// default: nothing of it stands.
    /// </summary>
    public bool IsCommitted { get; init; }

    /// <summary>Whether the same attempt may succeed later without anybody doing anything.</summary>
    public bool IsTransient => Code is SyncErrorCode.StoreLocked or SyncErrorCode.StoreFull or SyncErrorCode.StoreBusy
        or SyncErrorCode.BaseMissing
        or SyncErrorCode.SenderBehind or SyncErrorCode.TransferVoid or SyncErrorCode.Unreachable or SyncErrorCode.Timeout
        or SyncErrorCode.Throttled or SyncErrorCode.PeerFailed
        || (Code == SyncErrorCode.QuotaExceeded && RetryAfter is not null);
}

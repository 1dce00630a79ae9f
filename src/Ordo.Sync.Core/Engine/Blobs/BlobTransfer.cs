using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>A transfer that is not done yet. Kept over restarts.</summary>
/// <param name="Direction">Which way it goes.</param>
/// <param name="Scope">The scope.</param>
/// <param name="Blob">The blob.</param>
public sealed record BlobTransfer(BlobDirection Direction, string Scope, BlobId Blob)
{
    /// <summary>When it was asked for.</summary>
    public DateTimeOffset QueuedAt { get; init; }

    /// <summary>The attempts that failed, one after another.</summary>
    public int FailureCount { get; init; }

    /// <summary>Not before then is it tried again.</summary>
    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>Why the last attempt failed; <see langword="null"/> where none did.</summary>
    public SyncErrorCode? ErrorCode { get; init; }

    /// <summary>The same in words.</summary>
    public string? Error { get; init; }

    /// <summary>How far it has come; <see langword="null"/> while it is not under way.</summary>
    public BlobProgress? Progress { get; init; }
}

namespace Ordo.Sync.Replication.Session;

/// <summary>How a session ended, where nothing threw.</summary>
public enum SessionResult
{
    /// <summary>Both sides know the same, or did at some moment of the session.</summary>
    Converged,

    /// <summary>Equal knowledge, different digests.</summary>
    DigestMismatch,

    /// <summary>The sides could not agree within the rounds a session has; the next one goes on.</summary>
    Incomplete,

    /// <summary>The peer refused timestamps although they were stamped anew: its clock and ours move apart.</summary>
    ClockSkew,
}

namespace Ordo.Sync.Replication.Messages;

/// <summary>How a pull was answered.</summary>
public enum PullStatus
{
    /// <summary>Both know the same, and their digests are equal: nothing to do.</summary>
    UpToDate = 1,

    /// <summary>A page of records follows.</summary>
    Page = 2,

    /// <summary>The hashes differ: ask again with your knowledge.</summary>
    KnowledgeRequired = 3,

    /// <summary>The transfer cannot go on (the sender's incarnation or forgotten vector changed): begin anew.</summary>
    Void = 4,

    /// <summary>Both know the same, but their digests differ: a cloned device, bit rot or a bug.</summary>
    DigestMismatch = 5,

    /// <summary>
    /// The caller is in an earlier generation of the scope and knows all that the next one folds: rename what you hold, and ask again.
    /// </summary>
    Generation = 6,
}

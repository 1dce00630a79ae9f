namespace Ordo.Sync.Replication;

/// <summary>The limits of the protocol. A message beyond them is malformed; nobody allocates for it.</summary>
public static class ProtocolLimits
{
    /// <summary>The protocol's version that this library speaks.</summary>
    public const int Version = 1;

    /// <summary>The most bytes of one message, decompressed: 16 MiB.</summary>
    public const int MessageBytesMax = 16 * 1024 * 1024;

    /// <summary>The most bytes of one record, all siblings together: 8 MiB.</summary>
    public const int RecordBytesMax = 8 * 1024 * 1024;

    /// <summary>The most bytes of one payload unless a hub allows less: 1 MiB.</summary>
    public const int PayloadBytesMax = 1024 * 1024;

    /// <summary>The bytes a page aims at: 2 MiB.</summary>
    public const int PageBytesDefault = 2 * 1024 * 1024;

    /// <summary>The most records in one page.</summary>
    public const int PageRecordsMax = 50_000;

    /// <summary>The most replica ids in one message.</summary>
    public const int ReplicasMax = 65_536;

    /// <summary>The most siblings of one record.</summary>
    public const int SiblingsMax = 1_024;

    /// <summary>The most collections in one message.</summary>
    public const int CollectionsMax = 1_024;

    /// <summary>The most key ranges of one request to reconcile, or to read records.</summary>
    public const int RangesMax = 4_096;

    /// <summary>The most records that one request to reconcile makes the answerer read.</summary>
    public const int ReconciledRecordsMax = 2_000_000;

    /// <summary>The longest author: 256 characters.</summary>
    public const int AuthorLengthMax = 256;

    /// <summary>The deepest nesting of a payload: 64 maps or arrays.</summary>
    public const int PayloadDepthMax = 64;
}

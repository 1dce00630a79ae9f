namespace Ordo.Sync.Faster.Files;

/// <summary>What a durable file of a store holds. The numbers are stored.</summary>
internal enum FileKind : byte
{
    /// <summary>That a store is here; written when it is being made.</summary>
    Unfinished = 1,

    /// <summary>That a store is here; written when it was made.</summary>
    Identity = 2,

    /// <summary>Commits, one frame each.</summary>
    Log = 3,

    /// <summary>The whole state as of one commit.</summary>
    Checkpoint = 4,
}

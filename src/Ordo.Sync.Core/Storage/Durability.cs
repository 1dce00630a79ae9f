namespace Ordo.Sync.Storage;

/// <summary>What a commit has survived when it returns.</summary>
public enum Durability
{
    /// <summary>The operating system holds it: it survives the death of the process, not a power cut.</summary>
    Normal = 1,

    /// <summary>It is on the disk: it survives a power cut. The default.</summary>
    Full = 0,
}

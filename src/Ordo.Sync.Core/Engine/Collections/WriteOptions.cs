using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Collections;

/// <summary>How a write is done. Everything is optional.</summary>
public sealed record WriteOptions
{
    /// <summary>
    /// The versions the editor saw (<c>Record.Version</c>). Without it a write supersedes whatever stands there when it
    /// commits.
    /// </summary>
    public RecordBasis? BasedOn { get; init; }

    /// <summary>Who writes; by default <c>SyncOptions.Author</c>.</summary>
    public string? Author { get; init; }

    /// <summary>What the write has survived when it returns; by default <c>SyncOptions.Durability</c>.</summary>
    public Durability? Durability { get; init; }
}

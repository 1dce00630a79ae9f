namespace Ordo.Sync.Crash.Tests.Blobs;

/// <summary>What changes the disk of a blob store, or makes changes last.</summary>
internal enum BlobEffectKind
{
    Create,
    Write,
    Flush,
    FlushFolder,
    Move,
    Delete,
}

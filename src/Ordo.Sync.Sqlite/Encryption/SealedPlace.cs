namespace Ordo.Sync.Sqlite.Encryption;

/// <summary>Where a sealed value stands; it opens nowhere else.</summary>
/// <param name="Scope">The scope's number; 0 for what belongs to none.</param>
/// <param name="Container">The collection's number, or the sequence number of a journal entry.</param>
/// <param name="Key">The key in it.</param>
internal readonly record struct SealedPlace(long Scope, long Container, string Key)
{
    /// <summary>The place of a local entry.</summary>
    public static SealedPlace OfLocal(string area, string key) => new(0, 0, $"{area}\0{key}");
}

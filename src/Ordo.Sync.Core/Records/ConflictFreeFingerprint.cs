namespace Ordo.Sync.Records;

/// <summary>
/// What leads a record's stored conflict-free state: the XXH128 of its canonical encoding, or zeros where nothing is alive in it.
/// </summary>
public static class ConflictFreeFingerprint
{
    /// <summary>Its length.</summary>
    public const int SizeBytes = 16;
}

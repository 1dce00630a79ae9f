namespace Ordo.Sync.Sqlite.Encryption;

/// <summary>
/// What a sealed value is. Part of what its tag covers, so that no value can be moved to another place; numbers are stable.
/// </summary>
internal enum SealedPart : byte
{
    Payload = 1,
    Annotations = 2,
    ConflictFree = 3,
    Visible = 4,
    JournalContent = 5,
    Local = 6,
    CarrierNotes = 7,
}

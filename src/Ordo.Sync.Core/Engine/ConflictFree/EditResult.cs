namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>What an editor sees after its edits: the state they were made on, with them. Set inside the transaction.</summary>
internal sealed class EditResult
{
    /// <summary>The stored form of that state.</summary>
    public ReadOnlyMemory<byte> Seen { get; set; }
}

namespace Ordo.Sync.Replication.Forgetting;

/// <summary>What a collection of old history did.</summary>
/// <param name="Scope">The scope, or the lane of one.</param>
/// <param name="RecordCount">The records whose history became shorter.</param>
/// <param name="EntryCount">The entries that went.</param>
public sealed record HistoryCollection(string Scope, long RecordCount, long EntryCount);

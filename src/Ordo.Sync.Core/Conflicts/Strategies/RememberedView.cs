using System.Collections.Immutable;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.Strategies;

/// <summary>What a reader sees of one set of siblings, which is the same set as long as it is the same array. Immutable.</summary>
internal sealed class RememberedView(
    string scope, RecordKey key, ImmutableArray<RecordVersion> versions, RecordView view)
{
    public RecordView View => view;

    public bool IsOf(string otherScope, StoredRecord record) =>
        versions == record.Versions && key == record.Key && string.Equals(scope, otherScope, StringComparison.Ordinal);
}

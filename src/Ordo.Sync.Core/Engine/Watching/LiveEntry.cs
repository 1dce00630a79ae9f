using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Watching;

/// <summary>A record in a live collection, with the value of the index it is ordered by.</summary>
internal sealed class LiveEntry<T>(Record<T> record, IndexValue rank)
{
    public string Key => record.Key;

    public Record<T> Record => record;

    public IndexValue Rank => rank;
}

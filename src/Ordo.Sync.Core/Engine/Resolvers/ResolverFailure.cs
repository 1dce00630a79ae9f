using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Engine.Resolvers;

/// <summary>That a resolver failed on a record as it stood: it is not asked again before the record changes.</summary>
internal sealed record ResolverFailure(ImmutableArray<Dot> Siblings, string Message)
{
    public bool IsOf(StoredRecord record) =>
        record.Versions.Length == Siblings.Length
        && record.Versions.Zip(Siblings).All(pair => pair.First.Dot == pair.Second);
}

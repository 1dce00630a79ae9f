using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage;

/// <summary>A record whose time to live is over.</summary>
/// <param name="Scope">Its scope.</param>
/// <param name="Key">Its key.</param>
/// <param name="Seen">
/// The dots of its versions: what a delete of it has seen. A version that came since is not among them and must survive.
/// </param>
public sealed record ExpiredRecord(string Scope, RecordKey Key, ImmutableArray<Dot> Seen);

using Ordo.Sync.Model.Tests.Causality;

namespace Ordo.Sync.Model.Tests.State;

/// <summary>What a hub remembers of a generation: what it knew and had forgotten when the scope was renamed here, in the names before.</summary>
internal sealed record KeptGeneration(Generation Generation, Vector Known, Vector Forgotten);

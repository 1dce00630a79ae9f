using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Crash.Tests.Worlds;

/// <summary>What the hub held from a number of effects on the device's disk on.</summary>
internal sealed record HubMoment(int From, InMemoryRecordStore Hub);

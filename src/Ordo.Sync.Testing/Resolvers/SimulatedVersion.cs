using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Testing.Resolvers;

/// <summary>A version in a simulation. Compared by reference.</summary>
internal sealed class SimulatedVersion(int replica, int counter, long time, string author, ReadOnlyMemory<byte> payload)
{
    public int Replica => replica;

    public int Counter => counter;

    public long Time => time;

    public RecordVersion Content { get; } = new(
        new Dot(replica, counter), HybridTimestamp.FromUnixMilliseconds(time), author, payload);
}

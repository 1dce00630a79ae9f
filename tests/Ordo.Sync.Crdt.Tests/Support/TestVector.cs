using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Tests.Support;

/// <summary>A causal context that can be raised.</summary>
public sealed class TestVector : ICausalView
{
    private readonly Dictionary<ReplicaId, long> _counters = [];

    public long KnownUpTo(ReplicaId replica) => _counters.GetValueOrDefault(replica);

    public void Raise(ReplicaId replica, long counter) =>
        _counters[replica] = Math.Max(counter, KnownUpTo(replica));

    public void Join(TestVector other)
    {
        foreach ((ReplicaId replica, long counter) in other._counters)
        {
            Raise(replica, counter);
        }
    }

    public bool Dominates(TestVector other) => other._counters.All(entry => KnownUpTo(entry.Key) >= entry.Value);

    public TestVector Copy()
    {
        var copy = new TestVector();
        copy.Join(this);
        return copy;
    }

    public static TestVector Minimum(IReadOnlyList<TestVector> vectors)
    {
        var minimum = new TestVector();
        foreach (ReplicaId replica in vectors[0]._counters.Keys)
        {
            minimum.Raise(replica, vectors.Min(vector => vector.KnownUpTo(replica)));
        }

        return minimum;
    }
}

using BenchmarkDotNet.Attributes;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Benchmarks.Micro;

/// <summary>The merge rule on one record: news, a duplicate, a conflict.</summary>
public class MergeRuleBenchmarks
{
    private static readonly RecordKey Key = new("grades", "11391/1752");
    private readonly CausalContext _known = new(VersionVector.Of(new Dot(0, 10), new Dot(1, 10)));
    private readonly CausalContext _theirs = new(VersionVector.Of(new Dot(0, 10), new Dot(1, 11)));
    private readonly CausalContext _apart = new(VersionVector.Of(new Dot(0, 9), new Dot(1, 11)));
    private ReplicaTable _replicas = ReplicaTable.Empty;
    private StoredRecord _local = new(Key, []);
    private RemoteRecord _news = new(Key, [], [], new CausalContext(VersionVector.Empty));

    [GlobalSetup]
    public void Fill()
    {
        _replicas = ReplicaTable.Empty.With(new ReplicaId(1), out _).With(new ReplicaId(2), out _);
        var payload = new byte[200];
        var old = new RecordVersion(new Dot(0, 10), HybridTimestamp.FromUnixMilliseconds(1), "ann", payload);
        var version = new RecordVersion(new Dot(1, 11), HybridTimestamp.FromUnixMilliseconds(2), "bob", payload);
        _local = new StoredRecord(Key, [old]);
        _news = new RemoteRecord(Key, [version.Dot], [version], _theirs);
    }

    [Benchmark(Baseline = true)]
    public bool News() => Merge(_known, _news);

    [Benchmark]
    public bool Duplicate() => Merge(_theirs, _news);

    [Benchmark]
    public bool Conflict() => Merge(_known, _news with { Context = _apart });

    private bool Merge(CausalContext known, RemoteRecord remote) =>
        MergeRule.TryMerge(_local, known, remote, SiblingPolicy.KeepAll, _replicas, out _);
}

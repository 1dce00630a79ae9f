using BenchmarkDotNet.Attributes;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Benchmarks.Micro;

/// <summary>Version vectors of a few and of many replicas.</summary>
public class VectorBenchmarks
{
    private VersionVector _left = VersionVector.Empty;
    private VersionVector _right = VersionVector.Empty;
    private Dot _dot;

    [Params(3, 100, 10_000)]
    public int Replicas { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        Dot[] left = [.. Enumerable.Range(0, Replicas).Select(index => new Dot(index, 10 + (index % 3)))];
        Dot[] right = [.. Enumerable.Range(0, Replicas).Select(index => new Dot(index, 10 + (index % 2)))];
        _left = VersionVector.Of(left);
        _right = VersionVector.Of(right);
        _dot = new Dot(Replicas / 2, 1_000);
    }

    [Benchmark]
    public VersionVector Merge() => _left.Merge(_right);

    [Benchmark]
    public bool IsDominatedBy() => _left.IsDominatedBy(_right);

    [Benchmark]
    public bool Contains() => _left.Contains(_dot);

    [Benchmark]
    public VersionVector With() => _left.With(_dot);
}

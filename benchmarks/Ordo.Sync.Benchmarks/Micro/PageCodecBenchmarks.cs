using System.Collections.Immutable;
using System.Globalization;
using BenchmarkDotNet.Attributes;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Codec;

namespace Ordo.Sync.Benchmarks.Micro;

/// <summary>A page of 1,000 records of 200 bytes, written and read.</summary>
public class PageCodecBenchmarks
{
    private const int Count = 1_000;
    private static readonly int[] LocalIndexes = [0];
    private readonly VersionVector _knowledge = VersionVector.Of(new Dot(0, Count));
    private readonly ImmutableDictionary<string, CollectionDescriptor> _descriptors =
        ImmutableDictionary<string, CollectionDescriptor>.Empty.Add("grades", new CollectionDescriptor("grades", ConflictStrategy.LastWriteWins));

    private ReplicaTable _replicas = ReplicaTable.Empty;
    private ImmutableArray<StoredRecord> _records = [];
    private ReadOnlyMemory<byte> _page;

    [GlobalSetup]
    public void Fill()
    {
        _replicas = ReplicaTable.Empty.With(new ReplicaId(1), out _);
        var payload = new byte[200];
        _records =
        [
            .. Enumerable.Range(1, Count).Select(number => new StoredRecord(
                new RecordKey("grades", number.ToString(CultureInfo.InvariantCulture)),
                [new RecordVersion(new Dot(0, number), HybridTimestamp.FromUnixMilliseconds(number), "ann", payload)])),
        ];
        _page = Write();
    }

    [Benchmark]
    public ReadOnlyMemory<byte> Write() => new PageWriter(_replicas, _descriptors).Write(
        "course/AAA-2013J",
        ScopeState.Empty with { Knowledge = _knowledge },
        HybridTimestamp.FromUnixMilliseconds(Count),
        VersionVector.Empty,
        VersionVector.Empty,
        isComplete: false,
        range: null,
        _records);

    [Benchmark]
    public int Read()
    {
        PageReader reader = PageReader.Open(_page);
        int count = 0;
        while (reader.TryRead(LocalIndexes, _knowledge, out _))
        {
            count++;
        }

        return count;
    }
}

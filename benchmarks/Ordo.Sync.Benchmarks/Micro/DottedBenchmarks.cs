using BenchmarkDotNet.Attributes;
using Ordo.Sync.Crdt;

namespace Ordo.Sync.Benchmarks.Micro;

/// <summary>A document with a counter and a set of ten: what a write of such a record and a join cost.</summary>
public class DottedBenchmarks
{
    private readonly Counting _dots = new();
    private readonly Scalar _element = Scalar.Of("late");
    private CrdtDocument _document = new();
    private CrdtDocument _other = new();
    private byte[] _bytes = [];
    private ICausalView _known = CausalView.Empty;

    [GlobalSetup]
    public void Fill()
    {
        for (int i = 0; i < 10; i++)
        {
            _document.Set("tags").Add(_dots.Mine, Scalar.Of($"tag {i}"));
        }

        _document.Counter("present").Increment(_dots.Mine);
        _known = _dots.Now();
        _other = _document.Clone();
        _other.Counter("present").Increment(_dots.Theirs);
        _other.Set("tags").Add(_dots.Theirs, Scalar.Of("theirs"));
        _bytes = _document.Encode();
    }

    [Benchmark]
    public void Increment() => _document.Counter("present").Increment(_dots.Mine);

    [Benchmark]
    public void AddAndRemove()
    {
        _document.Set("tags").Add(_dots.Mine, _element);
        _document.Set("tags").Remove(_element);
    }

    [Benchmark]
    public CrdtDocument Join() => CrdtDocument.Join(_document, _known, _other, _dots.Everything);

    [Benchmark]
    public byte[] Encode() => _document.Encode();

    [Benchmark]
    public byte[] EncodeCanonical() => _document.EncodeCanonical();

    [Benchmark]
    public CrdtDocument Decode() => CrdtDocument.Decode(_bytes);
}

using BenchmarkDotNet.Attributes;
using Ordo.Sync.Crdt;

namespace Ordo.Sync.Benchmarks.Micro;

/// <summary>A text of 100,000 characters in a few thousand runs: typing, a keystroke as a delta, saving and loading.</summary>
public class TextBenchmarks
{
    private const int Length = 100_000;
    private readonly Counting _dots = new();
    private readonly Random _random = new(1);
    private CrdtDocument _document = new();
    private Text _typed = new();
    private byte[] _bytes = [];
    private byte[] _delta = [];
    private ICausalView _before = CausalView.Empty;
    private Anchor _anchor;

    [GlobalSetup]
    public void Fill()
    {
        _document = new CrdtDocument();
        Text text = _document.Text("notes");
        while (text.Length < Length)
        {
            text.Insert(_dots.Mine, _random.Next(text.Length + 1), "some words, typed");
        }

        _anchor = text.AnchorAt(Length / 2);
        _bytes = _document.Encode();
        _before = _dots.Now();
        CrdtDocument typed = _document.Clone();
        typed.Text("notes").Insert(_dots.Theirs, Length / 2, "x");
        _delta = typed.EncodeDelta(_before);
        _typed = _document.Clone().Text("notes");
    }

    [Benchmark]
    public void TypeAndDelete()
    {
        _typed.Insert(_dots.Mine, 50_000, "x");
        _typed.Delete(_dots.Mine, 50_000, 1);
    }

    [Benchmark]
    public int FindAnchor() => _document.Text("notes").IndexOf(_anchor) ?? -1;

    [Benchmark]
    public CrdtDocument DecodeAndApplyKeystroke()
    {
        CrdtDocument document = CrdtDocument.Decode(_bytes);
        document.Apply(_before, _delta, _dots.Everything);
        return document;
    }

    [Benchmark]
    public byte[] EncodeDelta() => _document.EncodeDelta(_before);

    [Benchmark]
    public byte[] Encode() => _document.Encode();

    [Benchmark]
    public CrdtDocument Decode() => CrdtDocument.Decode(_bytes);
}

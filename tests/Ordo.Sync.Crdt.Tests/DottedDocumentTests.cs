using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Crdt.Encoding;
using Ordo.Sync.Crdt.Tests.Support;
using Ordo.Sync.Records;

namespace Ordo.Sync.Crdt.Tests;

/// <summary>
/// The look at a document that replaces decoding it: what it lets pass is what decoding and encoding would give, whatever the bytes.
/// </summary>
public sealed class DottedDocumentTests
{
    private static readonly ICausalView All = new Everything();

    [Fact]
    public void Documents_of_dotted_values_pass_as_they_are()
    {
        var draw = new Draw(7);
        for (int round = 0; round < 300; round++)
        {
            CrdtDocument document = Make(ref draw, out HybridTimestamp latest);
            byte[] bytes = document.Encode();
            Assert.True(DottedDocument.IsAllNew(bytes, CausalView.Empty, All, out HybridTimestamp found));
            Assert.Equal(latest, found);
            Assert.False(DottedDocument.IsAllNew(bytes, All, All, out _));
            Assert.False(DottedDocument.IsAllNew(bytes, CausalView.Empty, CausalView.Empty, out _));
            Assert.False(DottedDocument.IsAllNew(document.EncodeDelta(CausalView.Empty), CausalView.Empty, All, out _));
        }
    }

    [Fact]
    public void Whatever_bytes_pass_are_those_that_decoding_and_encoding_give()
    {
        var draw = new Draw(11);
        int passed = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = Make(ref draw, out _).Encode();
            for (int damage = 1 + draw.Next(2); damage > 0; damage--)
            {
                // Behind the ids: damage there is another id, and says nothing.
                int at = draw.Next(5) == 0 ? draw.Next(bytes.Length) : 21 + draw.Next(Math.Max(1, bytes.Length - 21));
                bytes = draw.Next(4) switch
                {
                    0 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + 1)..]],
                    1 => [.. bytes[..at], (byte)draw.Next(256), .. bytes[at..]],
                    _ => [.. bytes[..at], (byte)draw.Next(256), .. bytes[Math.Min(bytes.Length, at + 1)..]],
                };
            }

            if (DottedDocument.IsAllNew(bytes, CausalView.Empty, All, out _))
            {
                passed++;
                Assert.Equal(bytes, CrdtDocument.Decode(bytes).Encode());
            }
        }

        Assert.InRange(passed, 1_000, 15_000);
    }

    [Fact]
    public void Texts_lists_and_maps_and_what_is_empty_are_left_to_the_decoder()
    {
        var dots = new DotSource(new ReplicaId(5));
        var text = new CrdtDocument();
        text.Text("t").Insert(dots, 0, "x");
        var map = new CrdtDocument();
        map.Map("m").Counter(Scalar.Of("c")).Increment(dots);
        foreach (CrdtDocument document in (CrdtDocument[])[text, map, new CrdtDocument()])
        {
            Assert.False(DottedDocument.IsAllNew(document.Encode(), CausalView.Empty, All, out _));
        }
    }

    [Fact]
    public void A_plain_carrier_has_the_annotations_that_its_notes_encode_to()
    {
        Assert.Equal(new VersionNotes { Kind = VersionKind.Carrier }.Encode().ToArray(), PlainCarrier.Annotations.ToArray());
    }

    private static CrdtDocument Make(ref Draw draw, out HybridTimestamp latest)
    {
        var document = new CrdtDocument();
        latest = default;
        for (int replica = 0; replica <= draw.Next(3); replica++)
        {
            var dots = new DotSource(new ReplicaId((ulong)(100 - replica)));
            dots.Take(1 + draw.Next(70_000));
            for (int edit = 1 + draw.Next(3); edit > 0; edit--)
            {
                switch (draw.Next(4))
                {
                    case 0:
                        document.Counter($"c{draw.Next(2)}").Increment(dots, draw.Next(200_000) - 100_000);
                        break;
                    case 1:
                        document.Flag("f").Enable(dots);
                        break;
                    case 2:
                        document.Register("r").Set(dots, new HybridTimestamp((ulong)(1 + draw.Next(1 << 20))), Any(ref draw));
                        break;
                    default:
                        document.Set($"s{draw.Next(2)}").Add(dots, Any(ref draw));
                        break;
                }
            }
        }

        foreach (RegisterValue value in document.Register("r").Values)
        {
            latest = value.Timestamp > latest ? value.Timestamp : latest;
        }

        return document;
    }

    private static Scalar Any(ref Draw draw) => draw.Next(5) switch
    {
        0 => Scalar.Of(draw.Next(2) == 0),
        1 => Scalar.Of((draw.Next(int.MaxValue) - (long)(1 << 30)) << draw.Next(32)),
        2 => Scalar.Of(draw.Next(100) / 7.0),
        3 => Scalar.Of(new byte[draw.Next(300)].AsSpan()),
        _ => Scalar.Of(new string('ü', draw.Next(200))),
    };

    private sealed class Everything : ICausalView
    {
        public long KnownUpTo(ReplicaId replica) => Dot.CounterMax;
    }
}

using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Encoding;
using Ordo.Sync.Crdt.Tests.Support;
using Ordo.Sync.Engine.ConflictFree;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.ConflictFree;

namespace Ordo.Sync.Crdt.Tests;

/// <summary>
/// A record's first document is written without making objects where its edits are simple: the bytes and the dots are those that the
/// objects would give, whatever the edits.
/// </summary>
public sealed class FirstDocumentTests
{
    [Fact]
    public void First_edits_of_a_record_give_what_a_document_of_objects_gives()
    {
        var draw = new Draw(3);
        int direct = 0;
        for (int round = 0; round < 2_000; round++)
        {
            List<ConflictFreeEdit> edits = [];
            for (int count = 1 + draw.Next(6); count > 0; count--)
            {
                Edit(edits, ref draw);
            }

            var replica = new ReplicaId((ulong)(1 + draw.Next(9)));
            int before = 1 + draw.Next(70_000);
            (ReadOnlyMemory<byte> made, long next) = Run(replica, before, (context, _) => new DocumentEditor().Edit(
                "scope", new RecordKey("c", "k"), default, null, edits, CausalView.Empty, null, context, null));
            (ReadOnlyMemory<byte> expected, long expectedNext) = Run(replica, before, (context, document) =>
            {
                foreach (ConflictFreeEdit edit in edits)
                {
                    edit.Apply(edit.Find(document.Fields), context);
                }

                return StoredDocument.Encode(document);
            });
            Assert.Equal(expected.ToArray(), made.ToArray());
            Assert.Equal(expectedNext, next);
            direct += edits.Count <= 4 && edits.TrueForAll(edit => edit.TryMakeFirst(out FirstElement element)
                && FirstDocument.Takes(element.At.Kind)) ? 1 : 0;
        }

        Assert.InRange(direct, 200, 1_800);
    }

    [Fact]
    public void A_first_edit_that_overflows_is_refused_and_takes_no_dot()
    {
        List<ConflictFreeEdit> edits = [];
        new CounterEdit(Target(edits, "c", CrdtKind.Counter)).Decrement(long.MinValue);
        var dots = new DotSource(new ReplicaId(1));
        Assert.Throws<OverflowException>(() => new DocumentEditor().Edit(
            "scope", new RecordKey("c", "k"), default, null, edits, CausalView.Empty, null, new EditContext(dots, default), null));
        Assert.Equal(1, dots.Take(1));
    }

    private static (ReadOnlyMemory<byte> Made, long Next) Run(
        ReplicaId replica, int before, Func<EditContext, CrdtDocument, ReadOnlyMemory<byte>> edit)
    {
        var dots = new DotSource(replica);
        dots.Take(before);
        ReadOnlyMemory<byte> made = edit(new EditContext(dots, new HybridTimestamp(77)), new CrdtDocument());
        return (made, dots.Take(1));
    }

    private static void Edit(List<ConflictFreeEdit> edits, ref Draw draw)
    {
        string path = draw.Next(8) == 0 ? "größe" : $"f{draw.Next(6)}";
        switch (draw.Next(12))
        {
            case 0 or 1:
                new FlagEdit(Target(edits, path, CrdtKind.Flag)).Enable();
                break;
            case 2 or 3:
                new RegisterEdit<string>(Target(edits, path, CrdtKind.Register)).Write(new string('v', draw.Next(300)));
                break;
            case 4 or 5 or 6:
                new SetEdit<double>(Target(edits, path, CrdtKind.Set)).Add(draw.Next(9) / 7.0);
                break;
            case 7 or 8 or 9:
                new CounterEdit(Target(edits, path, CrdtKind.Counter)).Increment((draw.Next(200_000) - 100_000L) << draw.Next(30));
                break;
            case 10:
                Other(edits, path, ref draw);
                break;
            default:
                new MapEdit(Target(edits, path, CrdtKind.Map)).Counter("in").Increment();
                break;
        }
    }

    // Edits that leave something else than one element behind.
    private static void Other(List<ConflictFreeEdit> edits, string path, ref Draw draw)
    {
        switch (draw.Next(5))
        {
            case 0:
                new FlagEdit(Target(edits, path, CrdtKind.Flag)).Disable();
                break;
            case 1:
                new SetEdit<string>(Target(edits, path, CrdtKind.Set)).Remove("x");
                break;
            case 2:
                new CounterEdit(Target(edits, path, CrdtKind.Counter)).Decrement(draw.Next(9));
                break;
            case 3:
                new TextEdit(Target(edits, path, CrdtKind.Text)).Append("text");
                break;
            default:
                new RegisterEdit<long>(Target(edits, path, CrdtKind.Register)).Clear();
                break;
        }
    }

    private static EditTarget Target(List<ConflictFreeEdit> edits, string path, CrdtKind kind) =>
        new(edits, map: null, Scalar.Of(path), kind);
}

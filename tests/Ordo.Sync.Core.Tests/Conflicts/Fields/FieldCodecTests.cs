using MessagePack;
using Ordo.Sync.Conflicts.Fields;
using static Ordo.Sync.Core.Tests.Conflicts.Fields.FieldDocs;

namespace Ordo.Sync.Core.Tests.Conflicts.Fields;

public sealed class FieldCodecTests
{
    private static readonly FieldStamp Own = At(9, "own");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_first_version_needs_no_annotation(bool sawAll)
    {
        FieldState state = FieldState.Write(null, Doc(("a", 1), ("b", 2)), Own, 10, sawAll);

        Assert.True(state.Encode(Own).IsEmpty);
        Assert.Equal(Print(state), Print(FieldState.Decode(state.ToPayload(), state.Encode(Own), Own)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_written_reads_back_the_same(bool implicitOwn)
    {
        FieldState state = Rich();

        ReadOnlyMemory<byte> encoded = state.Encode(implicitOwn ? Own : null);

        Assert.Equal(Print(state), Print(FieldState.Decode(state.ToPayload(), encoded, Own)));
    }

    [Fact]
    public void Values_shown_are_not_in_the_annotation()
    {
        string large = new('x', 1_000);
        FieldState state = FieldState.Write(null, Doc(("a", large)), At(1), 10);
        state = FieldState.Write(state, Doc(("a", large), ("b", 1)), Own, 10, sawAll: true);

        Assert.InRange(state.Encode(Own).Length, 1, 64);
    }

    [Fact]
    public void A_version_without_stamps_wrote_all_its_fields()
    {
        FieldState state = FieldState.Decode(Doc(("a", 1), ("b", 2)), default, Own);

        Assert.All(state.Entries, entry => Assert.Equal(Own, entry.Stamp));
    }

    [Fact]
    public void A_stamp_later_than_its_version_is_malformed()
    {
        FieldState state = Rich();

        Assert.Throws<MessagePackSerializationException>(
            () => FieldState.Decode(state.ToPayload(), state.Encode(), At(4, "own")));
    }

    [Fact]
    public void An_annotation_of_another_payload_is_malformed()
    {
        FieldState state = Rich();

        Assert.Throws<MessagePackSerializationException>(() => FieldState.Decode(Doc(("z", 1)), state.Encode(), Own));
    }

    [Fact]
    public void An_annotation_cut_short_anywhere_is_malformed()
    {
        FieldState state = Rich();
        ReadOnlyMemory<byte> encoded = state.Encode();
        ReadOnlyMemory<byte> payload = state.ToPayload();

        for (int length = 1; length < encoded.Length; length++)
        {
            Assert.Throws<MessagePackSerializationException>(() => FieldState.Decode(payload, encoded[..length], Own));
        }

        for (int length = 1; length < payload.Length; length++)
        {
            Assert.Throws<MessagePackSerializationException>(() => FieldState.Decode(payload[..length], encoded, Own));
        }
    }

    [Fact]
    public void Flipped_bytes_are_malformed_or_another_state_and_never_cost_much_memory()
    {
        FieldState state = Rich();
        byte[] encoded = state.Encode().ToArray();
        byte[] payload = state.ToPayload().ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        int tries = 0;
        foreach (byte[] bytes in new[] { encoded, payload })
        {
            for (int at = 0; at < bytes.Length; at++)
            {
                byte right = bytes[at];
                for (int wrong = 0; wrong < 256; wrong++, tries++)
                {
                    bytes[at] = (byte)wrong;
                    TryEverything(payload, encoded);
                }

                bytes[at] = right;
            }
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / tries, 0, 100_000);
    }

    [Fact]
    public void Deep_nesting_is_a_value_and_does_not_exhaust_the_stack()
    {
        byte[] maps = [.. Enumerable.Repeat<byte[]>([0x81, 0xA1, 0x61], 100_000).SelectMany(bytes => bytes), 0x01];
        byte[] arrays = [0x81, 0xA1, 0x61, .. Enumerable.Repeat<byte>(0x91, 1_000_000), 0x01];

        FieldState deep = FieldState.Decode(maps, default, Own);

        Assert.Equal(maps, deep.ToPayload().ToArray());
        Assert.Equal(arrays, FieldState.Decode(arrays, default, Own).ToPayload().ToArray());
        Assert.Equal(FieldLimits.DepthMax, deep.Entries[0].Key.Span.Count(FieldKey.Separator) + 1);
    }

    [Fact]
    public void More_fields_than_the_limit_are_refused()
    {
        (string, object?)[] fields =
            [.. Enumerable.Range(0, FieldLimits.PathsMax + 1).Select(n => ($"f{n}", (object?)n))];

        Assert.Throws<MessagePackSerializationException>(() => FieldState.Write(null, Doc(fields), Own, 1));
        Assert.Throws<MessagePackSerializationException>(() => FieldState.Decode(Doc(fields), default, Own));
        Assert.Equal(FieldLimits.PathsMax, FieldState.Decode(Doc(fields[1..]), default, Own).Entries.Length);
    }

    // Removed fields, lost values, an unresolved clash, known versions of three replicas.
    private static FieldState Rich()
    {
        FieldState first = FieldState.Write(null, Doc(("a", 1), ("b", "x"), ("gone", 1)), At(1), 10, sawAll: true);
        FieldState left = FieldState.Write(first, Doc(("a", 2), ("b", Map(("c", 1)))), At(2, "bea"), 10);
        FieldState right = FieldState.Write(first, Doc(("a", 3), ("b", "y"), ("gone", 1)), At(3, "cid"), 10);
        FieldState both = FieldState.Join(left, right, 10);
        FieldState next = FieldState.Write(both, Doc(("a", 4), ("b", "y"), ("n", Map())), At(5, "bea"), 10);
        FieldState clash = FieldState.Write(left, Doc(("a", 2), ("b", Map(("c", 8)))), At(4, "dan"), 10);
        return FieldState.Join(next, clash, 10);
    }

    private static void TryEverything(byte[] payload, byte[] encoded)
    {
        FieldState state;
        try
        {
            state = FieldState.Decode(payload, encoded, Own);
        }
        catch (MessagePackSerializationException)
        {
            return;
        }

        string print = Print(state);
        Assert.Equal(print, Print(FieldState.Join(state, state, FieldLimits.LostMax)));
        Assert.NotNull(FieldState.Write(state, Doc(("a", 1)), At(10, "own"), 10));
    }
}

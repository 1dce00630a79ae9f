using System.Buffers;
using FsCheck.Xunit;
using MessagePack;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Storage;

public sealed class IndexExtractorTests
{
    private delegate void Write(ref MessagePackWriter writer);

    [Fact]
    public void An_integer_is_found_at_every_width()
    {
        foreach (long value in new[] { 0, 127, 128, -1, -33, 40_000, -40_000, int.MaxValue, uint.MaxValue,
            long.MaxValue, long.MinValue })
        {
            Assert.Equal(IndexValue.Of(value), Extract((ref w) => w.Write(value), IndexType.Integer));
        }

        Assert.Equal(IndexValue.Of(long.MaxValue), Extract((ref w) => w.WriteUInt64(long.MaxValue), IndexType.Integer));
        Assert.Equal(IndexValue.Absent, Extract((ref w) => w.WriteUInt64(ulong.MaxValue), IndexType.Integer));
    }

    [Fact]
    public void Booleans_are_0_and_1_and_timestamps_unix_milliseconds()
    {
        Assert.Equal(IndexValue.Of(1L), Extract((ref w) => w.Write(true), IndexType.Integer));
        Assert.Equal(IndexValue.Of(0L), Extract((ref w) => w.Write(false), IndexType.Integer));
        foreach (DateTime time in new DateTime[]
        {
            new(1970, 1, 1, 0, 0, 1, DateTimeKind.Utc), new(2026, 3, 4, 5, 6, 7, 890, DateTimeKind.Utc),
            new(1905, 1, 1, 0, 0, 0, DateTimeKind.Utc), new(2900, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        })
        {
            var expected = IndexValue.Of(new DateTimeOffset(time).ToUnixTimeMilliseconds());
            Assert.Equal(expected, Extract((ref w) => w.Write(time), IndexType.Integer));
        }
    }

    [Fact]
    public void Numbers_may_be_floats_or_integers_but_not_NaN()
    {
        Assert.Equal(IndexValue.Of(2.5), Extract((ref w) => w.Write(2.5), IndexType.Real));
        Assert.Equal(IndexValue.Of(2.5), Extract((ref w) => w.Write(2.5f), IndexType.Real));
        Assert.Equal(IndexValue.Of(-7.0), Extract((ref w) => w.Write(-7), IndexType.Real));
        Assert.Equal(
            IndexValue.Of(1.8446744073709552E19), Extract((ref w) => w.WriteUInt64(ulong.MaxValue), IndexType.Real));
        Assert.Equal(IndexValue.Absent, Extract((ref w) => w.Write(double.NaN), IndexType.Real));
    }

    [Fact]
    public void Text_is_found()
    {
        Assert.Equal(IndexValue.Of("grüße 😀"), Extract((ref w) => w.Write("grüße 😀"), IndexType.Text));
        Assert.Equal(IndexValue.Of(""), Extract((ref w) => w.Write(""), IndexType.Text));
    }

    [Theory]
    [InlineData(IndexType.Integer)]
    [InlineData(IndexType.Real)]
    [InlineData(IndexType.Text)]
    public void A_value_of_another_type_is_absent(IndexType type)
    {
        Write[] others =
        [
            (ref w) => w.WriteNil(), (ref w) => w.WriteArrayHeader(0), (ref w) => w.WriteMapHeader(0),
            (ref w) => w.Write([1, 2, 3]), (ref w) => w.WriteExtensionFormat(new ExtensionResult(5, new byte[4])),
        ];
        Assert.All(others, other => Assert.Equal(IndexValue.Absent, Extract(other, type)));

        // Decimals travel as text: a number in text is a number too.
        Assert.Equal(type != IndexType.Integer, !Extract((ref w) => w.Write("7"), type).IsAbsent);
        Assert.Equal(type == IndexType.Text, !Extract((ref w) => w.Write("seven"), type).IsAbsent);
        Assert.Equal(type == IndexType.Real, !Extract((ref w) => w.Write(7.5), type).IsAbsent);
    }

    [Fact]
    public void A_path_leads_into_nested_maps_past_other_fields()
    {
        ReadOnlyMemory<byte> payload = Map((ref w) =>
        {
            w.WriteMapHeader(4);
            w.Write(5);
            w.Write("a key that is no text");
            w.Write("other");
            w.WriteArrayHeader(2);
            w.Write(1);
            w.WriteMapHeader(0);
            w.Write("a");
            w.WriteMapHeader(2);
            w.Write("x");
            w.WriteNil();
            w.Write("b");
            w.WriteMapHeader(1);
            w.Write("c");
            w.Write(42);
            w.Write("a.b.c");
            w.Write(43);
        });

        Assert.Equal(IndexValue.Of(42L), IndexExtractor.Extract(payload, new("a.b.c", IndexType.Integer)));
        Assert.Equal(IndexValue.Absent, IndexExtractor.Extract(payload, new("a.b", IndexType.Integer)));
        Assert.Equal(IndexValue.Absent, IndexExtractor.Extract(payload, new("a.x.c", IndexType.Integer)));
        Assert.Equal(IndexValue.Absent, IndexExtractor.Extract(payload, new("a.b.c.d", IndexType.Integer)));
        Assert.Equal(IndexValue.Absent, IndexExtractor.Extract(payload, new("missing", IndexType.Integer)));
        Assert.Equal(IndexValue.Absent, IndexExtractor.Extract(default, new("a", IndexType.Integer)));
    }

    [Property(MaxTest = 3000)]
    public void Bytes_that_are_no_payload_are_refused_as_such(byte[] bytes, IndexType type) =>
        ExtractOrRefuse([0x82, 0xA1, (byte)'x', .. bytes], type);

    [Fact]
    public void A_payload_cut_off_anywhere_is_refused_as_such()
    {
        byte[] whole = Map((ref w) =>
        {
            w.WriteMapHeader(2);
            w.Write("skipped");
            w.Write(new DateTime(2900, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            w.Write("f");
            w.Write("a text of some length");
        }).ToArray();
        for (int length = 1; length < whole.Length; length++)
        {
            ReadOnlyMemory<byte> part = whole.AsMemory(0, length);
            Assert.Throws<MessagePackSerializationException>(
                () => IndexExtractor.Extract(part, new("f", IndexType.Text)));
        }
    }

    [Theory]
    [InlineData(0xDF)]
    [InlineData(0xDD)]
    [InlineData(0xC6)]
    [InlineData(0xDB)]
    public void A_payload_that_announces_more_than_it_can_hold_is_refused_as_such(byte code)
    {
        byte[] payload = [0x82, 0xA1, (byte)'x', code, 0xFF, 0xFF, 0xFF, 0xFF, 0xA1, (byte)'f', 5];
        Assert.Throws<MessagePackSerializationException>(
            () => IndexExtractor.Extract(payload, new("f", IndexType.Integer)));
    }

    [Fact]
    public void A_timestamp_beyond_the_calendar_is_absent()
    {
        byte[] far = [
            0x81, 0xA1, (byte)'f', 0xC7, 12, 0xFF, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        Assert.Equal(IndexValue.Absent, IndexExtractor.Extract(far, new("f", IndexType.Integer)));
    }

    [Fact]
    public void A_payload_nested_a_million_times_is_refused_and_does_not_exhaust_the_stack()
    {
        byte[] deep = [0x82, 0xA1, (byte)'x', .. Enumerable.Repeat((byte)0x91, 1_000_000), 0xC0, 0xA1, (byte)'f', 5];
        ExtractOrRefuse(deep, IndexType.Integer);
    }

    private static void ExtractOrRefuse(byte[] payload, IndexType type)
    {
        try
        {
            IndexExtractor.Extract(payload, new("f", type));
            IndexExtractor.Extract(payload, new("x", type));
            IndexExtractor.Extract(payload, new("x.f", type));
        }
        catch (MessagePackSerializationException)
        {
            // What the contract says of bytes that are no map.
        }
    }

    private static IndexValue Extract(Write value, IndexType type) => IndexExtractor.Extract(
        Map((ref w) =>
        {
            w.WriteMapHeader(2);
            w.Write("before");
            w.Write("x");
            w.Write("f");
            value(ref w);
        }),
        new("f", type));

    private static ReadOnlyMemory<byte> Map(Write write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        write(ref writer);
        writer.Flush();
        return buffer.WrittenMemory;
    }
}

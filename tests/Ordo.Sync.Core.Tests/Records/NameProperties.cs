using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Ordo.Sync.Records;
using Ordo.Sync.Testing.Generators;

namespace Ordo.Sync.Core.Tests.Records;

[Properties(Arbitrary = [typeof(RecordArbitraries)])]
public sealed class NameProperties
{
    [Property(MaxTest = 2000)]
    public Property Text_is_ordered_as_its_utf8_bytes() => Prop.ForAll(
        RecordArbitraries.Text.Two().ToArbitrary(),
        pair =>
        {
            int expected = Encoding.UTF8.GetBytes(pair.Item1).AsSpan().SequenceCompareTo(
                Encoding.UTF8.GetBytes(pair.Item2));
            Assert.Equal(Math.Sign(expected), Math.Sign(Utf8Order.Compare(pair.Item1, pair.Item2)));
        });

    [Property(MaxTest = 1000)]
    public Property Text_that_shares_a_beginning_is_ordered_as_its_utf8_bytes() => Prop.ForAll(
        RecordArbitraries.Text.Three().ToArbitrary(),
        parts =>
        {
            (string left, string right) = (parts.Item1 + parts.Item2, parts.Item1 + parts.Item3);
            int expected = Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
            Assert.Equal(Math.Sign(expected), Math.Sign(Utf8Order.Compare(left, right)));
        });

    [Property]
    public void Keys_are_ordered_by_collection_then_key(RecordKey a, RecordKey b)
    {
        int expected = string.CompareOrdinal(a.Collection, b.Collection) is not 0 and var order
            ? order
            : Utf8Order.Compare(a.Key, b.Key);
        Assert.Equal(Math.Sign(expected), Math.Sign(a.CompareTo(b)));
        Assert.Equal(expected < 0, a < b);
        Assert.Equal(expected <= 0, a <= b);
        Assert.Equal(expected > 0, a > b);
        Assert.Equal(expected >= 0, a >= b);
        Assert.Equal(expected == 0, a == b);
        Assert.Equal(Encoding.UTF8.GetByteCount(a.Collection + a.Key), a.SizeBytes);
    }

    [Property]
    public void A_range_holds_the_keys_between_its_ends(KeyRange range, RecordKey key)
    {
        bool isBehind = range.After is null || key > range.After.Value;
        bool isBefore = range.UpTo is null || key <= range.UpTo.Value;
        Assert.Equal(isBehind && isBefore, range.Contains(key));
        Assert.True(KeyRange.All.Contains(key));
    }

    [Property(MaxTest = 1000)]
    public void A_scope_or_key_is_what_utf8_can_write_within_the_limit(string? text)
    {
        bool isWritable = !string.IsNullOrEmpty(text) && !text.Contains('\0', StringComparison.Ordinal)
            && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
        int bytes = text is null ? 0 : Encoding.UTF8.GetByteCount(text);
        Assert.Equal(isWritable && bytes <= RecordNames.KeyBytesMax, RecordNames.WhyNotKey(text) is null);
        Assert.Equal(isWritable && bytes <= RecordNames.ScopeBytesMax, RecordNames.WhyNotScope(text) is null);
    }

    // No theory: an attribute cannot carry text that is not well-formed.
    [Fact]
    public void Text_that_is_not_well_formed_is_no_name()
    {
        foreach (string? text in new[] { "\uD800", "a\uDC00b", "\uDC00\uD800", "a\0", "", null })
        {
            Assert.NotNull(RecordNames.WhyNotKey(text));
            Assert.NotNull(RecordNames.WhyNotScope(text));
        }
    }

    [Theory]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public void A_key_is_bounded_in_bytes(int bytes, bool isAllowed)
    {
        Assert.Equal(isAllowed, RecordNames.WhyNotKey(new string('k', bytes)) is null);
        Assert.Equal(isAllowed, RecordNames.WhyNotKey(new string('é', bytes / 2) + new string('k', bytes % 2)) is null);
    }

    [Theory]
    [InlineData("notes", true)]
    [InlineData("N0-t_e", true)]
    [InlineData("0notes", false)]
    [InlineData("_notes", false)]
    [InlineData("notés", false)]
    [InlineData("no tes", false)]
    [InlineData("ordo_x", false)]
    [InlineData("ORDO_x", false)]
    [InlineData("sqlite_x", false)]
    [InlineData("ordox", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_collection_has_an_identifier_for_a_name(string? name, bool isAllowed) =>
        Assert.Equal(isAllowed, RecordNames.WhyNotCollection(name) is null);

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_collections_name_is_bounded(int length, bool isAllowed) =>
        Assert.Equal(isAllowed, RecordNames.WhyNotCollection(new string('a', length)) is null);
}

using FsCheck.Xunit;
using Ordo.Sync.Causality;
using Ordo.Sync.Testing.Generators;

namespace Ordo.Sync.Core.Tests.Causality;

[Properties(Arbitrary = [typeof(CausalityArbitraries)])]
public sealed class ReplicaIdProperties
{
    [Property]
    public void An_id_survives_its_text_and_its_bytes(ReplicaId id)
    {
        Assert.Equal(id, ReplicaId.Parse(id.ToString()));
        Assert.Equal(id, ReplicaId.Parse(id.ToString().ToUpperInvariant()));
        Assert.Equal(id, ReplicaId.Read(id.ToByteArray()));
        Assert.Equal(Convert.ToHexStringLower(id.ToByteArray()), id.ToString());
        Assert.Equal(id.GetHashCode(), ReplicaId.Parse(id.ToString()).GetHashCode());
    }

    [Property]
    public void Ids_are_ordered_as_their_bytes_and_as_their_text(ReplicaId a, ReplicaId b)
    {
        int expected = Math.Sign(a.ToByteArray().AsSpan().SequenceCompareTo(b.ToByteArray()));
        Assert.Equal(expected, Math.Sign(a.CompareTo(b)));
        Assert.Equal(expected, Math.Sign(string.CompareOrdinal(a.ToString(), b.ToString())));
        Assert.Equal(expected < 0, a < b);
        Assert.Equal(expected >= 0, a >= b);
        Assert.Equal(expected == 0, a == b);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("0123456789abcdef0123456789abcdef0")]
    [InlineData("0123456789abcdef0123456789abcdeg")]
    [InlineData(" 123456789abcdef0123456789abcdef")]
    [InlineData("+123456789abcdef0123456789abcdef")]
    [InlineData("0x23456789abcdef0123456789abcdef")]
    [InlineData("０123456789abcdef0123456789abcdef")]
    public void Text_that_is_no_id_is_refused(string? text)
    {
        Assert.False(ReplicaId.TryParse(text, out ReplicaId id));
        Assert.True(id.IsEmpty);
    }

    [Fact]
    public void An_id_drawn_is_never_empty()
    {
        var entropy = new CountingEntropy();
        Assert.False(ReplicaId.Create(entropy).IsEmpty);
        Assert.Equal(2, entropy.Draws);
    }

    [Property]
    public void Global_dots_are_ordered_by_id_then_counter(ReplicaId a, ReplicaId b, Dot dot, Dot other)
    {
        GlobalDot left = new(a, dot.Counter);
        Assert.Equal(
            Math.Sign(dot.Counter.CompareTo(other.Counter)),
            Math.Sign(left.CompareTo(new GlobalDot(a, other.Counter))));
        Assert.Equal(a == b, a.CompareTo(b) == 0);
        Assert.True(a == b || Math.Sign(left.CompareTo(new GlobalDot(b, other.Counter))) == Math.Sign(a.CompareTo(b)));
    }

    // Gives zeros first, as a generator may once in 2^128 draws.
    private sealed class CountingEntropy : EntropySource
    {
        public int Draws { get; private set; }

        public override void Fill(Span<byte> destination) => destination.Fill((byte)Draws++);
    }
}

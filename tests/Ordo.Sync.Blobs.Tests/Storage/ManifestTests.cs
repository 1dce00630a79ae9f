using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Storage;

public sealed class ManifestTests
{
    private static readonly BlobManifest Sample = new(
        BlobId.Of("whole"u8), [new(ContentHash.Of("a"u8), 10), new(ContentHash.Of("b"u8), 5), new(ContentHash.Of("c"u8), 1)]);

    [Fact]
    public void A_manifest_survives_its_stored_form()
    {
        BlobManifest read = BlobManifestCodec.Decode(BlobManifestCodec.Encode(Sample));

        Assert.Equal(Sample.Id, read.Id);
        Assert.Equal(Sample.Chunks, read.Chunks);
        Assert.Equal(16, read.Length);
    }

    [Fact]
    public void A_flipped_bit_or_a_cut_anywhere_in_a_manifest_is_found()
    {
        byte[] bytes = BlobManifestCodec.Encode(Sample);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] flipped = [.. bytes];
            flipped[i] ^= 1;
            Assert.Equal(SyncErrorCode.Malformed, Assert.Throws<SyncException>(() => BlobManifestCodec.Decode(flipped)).Code);
            Assert.Throws<SyncException>(() => BlobManifestCodec.Decode(bytes.AsSpan(0, i)));
        }
    }

    [Fact]
    public void A_manifest_that_claims_more_chunks_than_it_has_is_refused_before_it_is_allocated()
    {
        byte[] bytes = BlobManifestCodec.Encode(Sample);
        bytes.AsSpan(33, 4).Fill(0x7F);

        Assert.Throws<SyncException>(() => BlobManifestCodec.Decode(bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(BlobLimits.ChunkBytesMax + 1)]
    public void A_chunk_of_an_impossible_length_is_refused(int length) => Assert.Throws<ArgumentException>(
        () => new BlobManifest(Sample.Id, [new BlobChunk(ContentHash.Of("a"u8), length)]));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    [InlineData(14, 1)]
    [InlineData(15, 2)]
    public void A_position_lies_in_the_chunk_that_holds_it(long position, int index) =>
        Assert.Equal(index, Sample.IndexAt(position));

    [Theory]
    [InlineData("../../../../etc/passwd")]
    [InlineData("")]
    [InlineData("ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000/")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000")]
    public void Nothing_but_64_lower_case_digits_is_an_id(string text) => Assert.False(BlobId.TryParse(text, out _));
}

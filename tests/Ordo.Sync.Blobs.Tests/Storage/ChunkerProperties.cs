using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Storage;

public sealed class ChunkerProperties
{
    private static readonly ChunkingOptions Small = new() { BytesMin = 256, BytesMean = 1024, BytesMax = 4096 };

    [Property]
    public bool Chunks_put_together_are_the_content(byte[] content)
    {
        var whole = new List<byte>();
        foreach (byte[] chunk in Cut(content))
        {
            whole.AddRange(chunk);
        }

        return whole.SequenceEqual(content);
    }

    [Property]
    public bool Chunks_keep_their_bounds(int seed, ushort length)
    {
        List<byte[]> chunks = Cut(Content.Of(length, seed));
        return chunks.Take(Math.Max(0, chunks.Count - 1)).All(chunk => chunk.Length is >= 256 and <= 4096)
            && chunks.All(chunk => chunk.Length <= 4096);
    }

    [Property(MaxTest = 50)]
    public Property An_insertion_changes_the_chunks_around_it_alone(int seed, ushort at, byte[] inserted)
    {
        byte[] before = Content.Of(200_000, seed);
        byte[] after = [.. before.AsSpan(0, at), .. inserted, .. before.AsSpan(at)];

        HashSet<ContentHash> known = [.. Cut(before).Select(chunk => ContentHash.Of(chunk))];
        int moved = Cut(after).Count(chunk => !known.Contains(ContentHash.Of(chunk)));

        // Of some 150 chunks: those that the insertion lies in, and those until the cuts meet again.
        return (moved <= 12).Label($"{moved} chunks are new");
    }

    [Property]
    public bool Cuts_do_not_depend_on_what_follows_the_window(int seed, byte[] tail)
    {
        var chunker = new ContentChunker(Small);
        byte[] window = Content.Of(chunker.WindowBytes, seed);
        return chunker.FindCut(window) == chunker.FindCut([.. window, .. tail]);
    }

    [Fact]
    public void Lengths_gather_around_the_mean()
    {
        double mean = Cut(Content.Of(2_000_000)).Average(chunk => chunk.Length);

        Assert.InRange(mean, 700, 1800);
    }

    [Fact]
    public void Content_without_variety_is_cut_at_the_longest()
    {
        Assert.All(Cut(new byte[40_960]), chunk => Assert.Equal(4096, chunk.Length));
    }

    [Theory]
    [InlineData(32, 1024, 4096)]
    [InlineData(256, 1000, 4096)]
    [InlineData(2048, 1024, 4096)]
    [InlineData(256, 1024, 4 * 1024 * 1024)]
    public void Impossible_lengths_are_refused(int min, int mean, int max) => Assert.Throws<ArgumentException>(
        () => new ContentChunker(new ChunkingOptions { BytesMin = min, BytesMean = mean, BytesMax = max }));

    private static List<byte[]> Cut(byte[] content)
    {
        var chunker = new ContentChunker(Small);
        var chunks = new List<byte[]>();
        ReadOnlySpan<byte> rest = content;
        while (!rest.IsEmpty)
        {
            int cut = chunker.FindCut(rest);
            chunks.Add(rest[..cut].ToArray());
            rest = rest[cut..];
        }

        return chunks;
    }
}

namespace Ordo.Sync.Blobs.Tests;

/// <summary>Content that a seed determines and nothing compresses.</summary>
internal static class Content
{
    public static byte[] Of(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}

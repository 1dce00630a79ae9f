using System.IO.Compression;

namespace Ordo.Sync.Hub.Tests.Hosting;

/// <summary>Few bytes that unfold to very many.</summary>
internal static class Bomb
{
    public static byte[] Make(string coding, int bytes)
    {
        using var output = new MemoryStream();
        using (Stream stream = coding == "br"
            ? new BrotliStream(output, CompressionLevel.Fastest)
            : new GZipStream(output, CompressionLevel.SmallestSize))
        {
            var zeros = new byte[1024 * 1024];
            for (int written = 0; written < bytes; written += zeros.Length)
            {
                stream.Write(zeros);
            }
        }

        return output.ToArray();
    }
}

using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Win32.SafeHandles;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>
/// What the least of servers does with a file that comes in pieces: hashes each, writes it to a file of its own, flushes them all at
/// the end. No names by content, no rights, no resumption, no hash of the whole.
/// </summary>
internal static class BareFiles
{
    private const int BufferBytes = 128 * 1024;
    private const int FlushesMax = 8;

    public static void Map(WebApplication app, string folder)
    {
        Directory.CreateDirectory(folder);
        app.MapPut("/bare/{piece:int}", (HttpContext context, int piece) => TakeAsync(context, FileOf(folder, piece)));
        app.MapPost("/bare/flush", () => FlushAsync(folder));
    }

    private static string FileOf(string folder, int piece) => Path.Combine(folder, piece.ToString(CultureInfo.InvariantCulture));

    private static async Task TakeAsync(HttpContext context, string file)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using SafeFileHandle handle = File.OpenHandle(
            file, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, context.Request.ContentLength ?? 0);
        long length = 0;
        int count;
        while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            hash.AppendData(buffer, 0, count);
            RandomAccess.Write(handle, buffer.AsSpan(0, count), length);
            length += count;
        }

        hash.GetHashAndReset();
        ArrayPool<byte>.Shared.Return(buffer);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task FlushAsync(string folder)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = FlushesMax };
        await Parallel.ForEachAsync(Directory.GetFiles(folder), options, (file, _) =>
        {
            using SafeFileHandle handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
            return default;
        });
    }
}

using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Ordo.Sync.Benchmarks.Baselines;

/// <summary>
/// A file sent over bare HTTP to the hub's process, in pieces as long as chunks are on average and as many at once, hashed at both
/// ends, written and flushed: what any upload between two processes costs at least.
/// </summary>
internal sealed class BareUpload(Uri hub) : IDisposable
{
    private const int PieceBytes = 512 * 1024;
    private const int ParallelMax = 4;

    private readonly HttpClient _client = new() { BaseAddress = hub };

    /// <summary>Sends a file and returns the seconds.</summary>
    public async Task<double> MeasureAsync(string file)
    {
        long began = Stopwatch.GetTimestamp();
        using (SafeFileHandle content = File.OpenHandle(file))
        {
            int pieces = (int)((RandomAccess.GetLength(content) + PieceBytes - 1) / PieceBytes);
            var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelMax };
            await Parallel.ForEachAsync(Enumerable.Range(0, pieces), options, (piece, _) => SendAsync(content, piece));
        }

        using HttpResponseMessage flushed = await _client.PostAsync(new Uri("/bare/flush", UriKind.Relative), content: null);
        flushed.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask SendAsync(SafeFileHandle content, int piece)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        int count = RandomAccess.Read(content, buffer.AsSpan(0, PieceBytes), (long)piece * PieceBytes);
        SHA256.HashData(buffer.AsSpan(0, count));
        using var body = new ReadOnlyMemoryContent(buffer.AsMemory(0, count));
        using HttpResponseMessage answer = await _client.PutAsync(new Uri($"/bare/{piece}", UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
        ArrayPool<byte>.Shared.Return(buffer);
    }
}

using System.Security.Cryptography;

namespace Ordo.Sync.Causality;

/// <summary>Where random bytes come from; injected, so that a simulation replays from its seed. Thread-safe.</summary>
public abstract class EntropySource
{
    /// <summary>The operating system's cryptographic generator: the default everywhere outside tests.</summary>
    public static EntropySource System { get; } = new SystemEntropySource();

    /// <summary>Fills <paramref name="destination"/> with random bytes.</summary>
    public abstract void Fill(Span<byte> destination);

    /// <summary>A random number in [0, 1).</summary>
    public double NextDouble()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Fill(bytes);
        return (BitConverter.ToUInt64(bytes) >> 11) * (1.0 / (1UL << 53));
    }

    private sealed class SystemEntropySource : EntropySource
    {
        public override void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
    }
}

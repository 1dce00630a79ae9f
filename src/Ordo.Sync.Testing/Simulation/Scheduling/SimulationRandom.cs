using System.Buffers.Binary;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Testing.Simulation.Scheduling;

/// <summary>
/// The one source of chance in a simulated world: the same seed gives the same numbers on every machine and in every version of
/// .NET. Source: SplitMix64 (Steele, Lea, Flood 2014).
/// </summary>
public sealed class SimulationRandom : EntropySource
{
    private ulong _state;

    internal SimulationRandom(ulong seed) => _state = seed;

    /// <summary>A number from 0 up to, but not including, <paramref name="bound"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not positive.</exception>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)(((NextWord() >> 32) * (ulong)bound) >> 32);
    }

    /// <summary>Whether something that happens with this probability, from 0 to 1, happens now.</summary>
    public bool Chance(double probability) => probability > 0 && NextDouble() < probability;

    /// <summary>One of several.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public T Pick<T>(IReadOnlyList<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items[Next(items.Count)];
    }

    /// <inheritdoc/>
    public override void Fill(Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        while (!destination.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, NextWord());
            int count = Math.Min(word.Length, destination.Length);
            word[..count].CopyTo(destination);
            destination = destination[count..];
        }
    }

    /// <summary>Begins anew with another seed, so that what a step does depends on that step alone.</summary>
    internal void Reseed(ulong seed) => _state = seed;

    private ulong NextWord()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

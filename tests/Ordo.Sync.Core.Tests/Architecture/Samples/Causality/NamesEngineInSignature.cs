using Ordo.Sync.Core.Tests.Architecture.Samples.Engine;

namespace Ordo.Sync.Core.Tests.Architecture.Samples.Causality;

internal abstract class NamesEngineInSignature
{
    public abstract IReadOnlyList<Motor[]> Motors { get; }
}

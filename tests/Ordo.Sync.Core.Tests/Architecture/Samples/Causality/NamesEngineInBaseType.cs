using Ordo.Sync.Core.Tests.Architecture.Samples.Engine;

namespace Ordo.Sync.Core.Tests.Architecture.Samples.Causality;

internal sealed class NamesEngineInBaseType : Motor;

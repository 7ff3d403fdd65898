using System.Reflection;
using System.Runtime.Loader;
using Mono.Cecil;
using Mono.Cecil.Cil;
using SafeLlm.Limits;

namespace SafeLlm.Tests.Interleaving;

/// <summary>
/// A copy of SafeLlm.Core in whose ledger every lock and every atomic is a point of a schedule, loaded beside the original
/// together with a copy of the driver that uses it. What ships is left as it is.
/// </summary>
/// <remarks>
/// Microsoft.Coyote does the same for Monitor and tasks; its last version knows neither System.Threading.Lock, which the ledger
/// is made of, nor a runtime above .NET 8.
/// </remarks>
public sealed class InterleavedAssembly : AssemblyLoadContext
{
    private static readonly string[] Rooms = ["SafeLlm.Limits", "SafeLlm.Alerts"];

    private const string Gate = "Gate";

    private readonly Assembly driver;
    private readonly byte[] core;

    private InterleavedAssembly(Assembly driver)
    {
        this.driver = driver;
        core = Rewrite(typeof(ILedger).Assembly.Location);
    }

    /// <summary>How many points the copy has.</summary>
    public int Points { get; private set; }

    /// <summary>The copy of a type of this assembly, bound to the rewritten ledger. Only types of the framework pass between the two.</summary>
    public static Type Copy(Type driver)
    {
        var context = new InterleavedAssembly(driver.Assembly);
        if (context.Points < 20) throw new InvalidOperationException($"The copy of the ledger has only {context.Points} points: its locks are others than were looked for.");
        return context.LoadFromAssemblyPath(driver.Assembly.Location).GetType(driver.FullName!, throwOnError: true)!;
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == typeof(ILedger).Assembly.GetName().Name) return Assemblies.FirstOrDefault(loaded => loaded.GetName().Name == assemblyName.Name) ?? LoadFromStream(new MemoryStream(core));
        return assemblyName.Name == driver.GetName().Name ? LoadFromAssemblyPath(driver.Location) : null;
    }

    private byte[] Rewrite(string path)
    {
        using var module = ModuleDefinition.ReadModule(path);
        var hooks = typeof(Interleaving);

        // A gate itself stays as it is: it looks again and again, and the schedule has to know who waits.
        foreach (var method in module.GetTypes().Where(type => IsOfTheLedger(type) && type.Name != Gate).SelectMany(type => type.Methods).Where(method => method.HasBody))
        {
            var body = method.Body.GetILProcessor();
            foreach (var instruction in method.Body.Instructions.ToArray())
            {
                if (instruction.OpCode == OpCodes.Volatile)
                {
                    InsertPoint(body, instruction);
                }
                else if (instruction.Operand is MethodReference called && instruction.OpCode.FlowControl == FlowControl.Call)
                {
                    switch (called.DeclaringType.FullName)
                    {
                        case "System.Threading.Lock" when called.Name is nameof(Lock.Enter) or nameof(Lock.EnterScope) or nameof(Lock.Exit):
                            instruction.OpCode = OpCodes.Call;
                            instruction.Operand = module.ImportReference(hooks.GetMethod(called.Name));
                            Points++;
                            break;
                        case "SafeLlm.Limits.InMemory.Gate" when called.Name is "Enter" or "Exit":
                            instruction.OpCode = OpCodes.Call;
                            instruction.Operand = module.ImportReference(hooks.GetMethod(called.Name + Gate));
                            Points++;
                            break;
                        case "System.Threading.Volatile" or "System.Threading.Interlocked":
                            InsertPoint(body, instruction);
                            break;
                    }
                }
            }
        }

        var rewritten = new MemoryStream();
        module.Write(rewritten);
        return rewritten.ToArray();

        void InsertPoint(ILProcessor body, Instruction before)
        {
            body.InsertBefore(before, body.Create(OpCodes.Call, module.ImportReference(hooks.GetMethod(nameof(Interleaving.Point)))));
            Points++;
        }
    }

    private static bool IsOfTheLedger(TypeDefinition type)
    {
        while (type.DeclaringType is not null) type = type.DeclaringType;
        return Array.Exists(Rooms, room => type.Namespace.StartsWith(room, StringComparison.Ordinal));
    }
}

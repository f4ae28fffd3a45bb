// The words by which the offline router knows what kind of work a request asks for. English first; the commonest of German, French and Spanish.

export interface Keyword {
  pattern: RegExp;
  weight: number;
}

export type Craft = 'dev' | 'qa' | 'writer' | 'researcher';

const word = (source: string, weight = 2): Keyword => ({
  pattern: new RegExp(`(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])`, 'iu'),
  weight,
});

/** Requests are compared without accents. */
export const KEYWORDS: Readonly<Record<Craft, readonly Keyword[]>> = {
  dev: [
    word('fix(?:es|ing)?|repair|resolve|debug|correct (?:the|this|it|all)', 3),
    word(
      'implement\\w*|refactor\\w*|rewrite|rename|migrate|port|optimi[sz]e|simplify|extract|inline|convert|replace|upgrade',
      3,
    ),
    word(
      '(?:add|create|build|make|write|generate|introduce) (?!.*\\b(?:docs?|documentation|readme|comments?|docstrings?|jsdoc|changelog|guide|tutorial|summary|explanation|release notes)\\b).*',
      2.5,
    ),
    word('change|update|modify|remove|delete|move|support|handle|speed up|clean ?up|wire', 2),
    word('feature|function that|endpoint|boilerplate', 1),
    word(
      'behebe\\w*|repariere\\w*|implementiere\\w*|korrigiere\\w*|aendere|andere|baue|erstelle|schreibe|fuge|umbenennen|programmiere\\w*',
      2.5,
    ),
    word(
      'corrige\\w*|repare\\w*|implemente\\w*|ajoute\\w*|modifie\\w*|renomme\\w*|refactorise\\w*|arregla\\w*|implementa\\w*|anade|agrega|cambia|crea|escribe|renombra\\w*',
      2.5,
    ),
  ],
  qa: [
    word('review\\w*|audit|inspect|code ?review|second opinion', 3.5),
    word('safe|secure|security|vulnerab\\w*|exploit\\w*|injection|leak\\w*|secrets?|unsafe|insecure|dangerous', 3),
    word('find (?:the |any |all |more )?(?:bugs?|problems?|issues?|mistakes?|errors?|flaws?|vulnerab\\w*|secrets?)', 4),
    word('lint|static analysis|scan|analy[sz]e|problems?|issues?|warnings?|smells?', 2.5),
    word(
      'bugs?|mistakes?|wrong|correct\\?|is (?:this|it|that) (?:right|ok|okay|correct|good|fine)|edge cases?|robust|quality|flaws?|risks?|race conditions?',
      2,
    ),
    word(
      'run (?:the |all |my )?(?:unit |e2e )?tests?|tests? (?:pass|fail|green|red)|tested|coverage|verify|validate|check',
      2.5,
    ),
    word('pruf\\w*|sicher|sicherheit\\w*|uberpruf\\w*|fehler|begutachte\\w*|analysiere\\w*|probleme?|testen', 2.5),
    word(
      'revise|revisa\\w*|verifie\\w*|securise\\w*|sur\\?|seguro|segura|seguridad|vulnerabilite\\w*|vulnerabilidad\\w*|erreurs?|errores?|analyse|analiza\\w*|relis|comprueba',
      2.5,
    ),
  ],
  writer: [
    word(
      'document|docs?|documentation|readme|docstrings?|jsdoc|tsdoc|comments?|changelog|release notes|commit message|tutorial|guide|wiki',
      3,
    ),
    word(
      'explain\\w*|describe\\w*|summari[sz]e|in plain (?:words|english)|what does (?:this|it|that|the)|what is this|eli5|walk me through',
      3,
    ),
    word('wording|typos?|spelling|translate|proof ?read|phrase|title', 2),
    word(
      'dokumentiere\\w*|dokumentation|erklare\\w*|erlautere\\w*|kommentiere\\w*|kommentare?|beschreibe\\w*|zusammenfassung',
      3,
    ),
    word(
      'documente\\w*|documentacion|explique\\w*|decris|commente\\w*|commentaires?|resume\\w*|documenta|explica\\w*|describe|comenta\\w*|comentarios?',
      3,
    ),
  ],
  researcher: [
    word(
      'where|find|locate|look ?up|search|show me|list|which (?:files?|functions?|class\\w*|modules?|parts?|code)|who (?:calls?|uses?)',
      3,
    ),
    word(
      'usages?|references?|callers?|call sites?|call graph|used by|depends? on|dependenc\\w*|occurrences?|definition of|defined',
      3,
    ),
    word(
      'how (?:does|do|is|are) .*(?:work|connected|hang together|structured|organi[sz]ed|wired|used|called)|architecture|overview|structure|explore|investigate|research|trace|how many|entry points?',
      2.5,
    ),
    word('wo|finde|suche\\w*|welche|verwendet|aufgerufen|benutzt|uberblick|zeig mir', 2.5),
    word(
      'ou est|ou sont|cherche\\w*|trouve\\w*|quels?|quelles?|utilise|appelle|donde|busca\\w*|encuentra|quien|cuales|cual',
      2.5,
    ),
  ],
};

/** Words that say nothing about which agent is meant. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  'a an and any are as at be but by can could did do does for from get give go has have how i if in into is it its me my no not of on or our please so some tell that the their them then there these they this those to us was we were what when which who why will with would you your code file files function class agent agents work works working use used uses using make makes made write writes help helps about all und der die das den dem ein eine ist im mit von zu fur auf le la les un une des du de et est dans pour el los las una y en por para con que'.split(
    ' ',
  ),
);

/** Lower case, without accents, so that `überprüfe` and `ueberpruefe` differ as little as can be. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
